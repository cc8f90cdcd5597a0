import { describe, expect, it } from '@jest/globals';
import { followMove, judgeMove, type Move, type Seen } from '../../src/deploy/follow-move.ts';
import type { AliasRequest, Production } from '../../src/deploy/production.ts';
import type { PipeError } from '../../src/errors.ts';
import { memoryLog, testClock } from '../support/test-platform.ts';
import { NO_PRODUCTION } from './support/fake-api.ts';
import { failureOf, refusal, reply, type Answer } from './support/scripted-api.ts';

const NEVER = new AbortController().signal;
const OLD = request({ toDeploymentId: 'dpl_old', requestedAt: 1, jobStatus: 'succeeded' });

function request(parts: Partial<AliasRequest> = {}): AliasRequest {
  return { type: 'promote', toDeploymentId: 'dpl_new', requestedAt: 2, jobStatus: 'pending', ...parts };
}

function standing(parts: Partial<Production> = {}): Production {
  return {
    ...{ deploymentId: 'dpl_old', last: undefined, rolling: 'none', canaryId: undefined, queuedId: undefined },
    ...parts,
  };
}

const move = (before: Partial<Production> = {}): Move => {
  return { kind: 'promote', projectId: 'prj_web', deploymentId: 'dpl_new', before: standing(before) };
};

describe('what a look at the project says', () => {
  it.each<[Seen, string, Partial<Production>, Partial<Production>?]>([
    ['unseen', 'nothing yet', {}],
    ['unseen', 'the change before alone', { last: OLD }, { last: OLD }],
    [
      'unseen',
      "someone else's that was under way",
      { last: request({ toDeploymentId: 'dpl_x' }) },
      { last: request({ toDeploymentId: 'dpl_x' }) },
    ],
    [
      'unseen',
      'an older one to the same, which failed',
      { last: request({ jobStatus: 'failed' }) },
      { last: request({ jobStatus: 'failed' }) },
    ],
    ['going', 'pending', { last: request() }, { last: OLD }],
    ['going', 'in progress', { last: request({ jobStatus: 'in-progress' }) }],
    ['going', 'the very same that was under way', { last: request({ jobStatus: 'in-progress' }) }, { last: request() }],
    ['live', 'succeeded, in production', { last: request({ jobStatus: 'succeeded' }), deploymentId: 'dpl_new' }],
    [
      'live',
      'succeeded, and Vercel names no production',
      { last: request({ jobStatus: 'succeeded' }), deploymentId: undefined },
    ],
    ['live', 'in production, with no word of a change', { deploymentId: 'dpl_new' }],
    ['unseen', 'in production as before', { deploymentId: 'dpl_new' }, { deploymentId: 'dpl_new' }],
    ['done', 'succeeded, and another one in production', { last: request({ jobStatus: 'succeeded' }) }],
    ['failed', 'failed', { last: request({ jobStatus: 'failed' }) }],
    ['skipped', 'skipped', { last: request({ jobStatus: 'skipped' }) }],
    ['unknown', 'a new word', { last: request({ jobStatus: 'resting' }) }],
    ['superseded', 'a newer change to another', { last: request({ toDeploymentId: 'dpl_x' }) }, { last: OLD }],
    ['superseded', 'a newer rollback to the same', { last: request({ type: 'rollback' }) }],
    ['rolling', 'canary of a rolling release', { rolling: 'active', canaryId: 'dpl_new' }],
    ['queued', 'behind a rolling release', { rolling: 'active', canaryId: 'dpl_x', queuedId: 'dpl_new' }],
  ])('%s: %s', (seen, _, now, before = {}) => {
    expect(judgeMove(standing(now), move(before))).toBe(seen);
  });
});

/** Follows with these looks at the project; the last one for ever. */
async function follow(looks: readonly Answer[]): Promise<{ failure: PipeError; asked: number; log: string }> {
  let asked = 0;
  const log = memoryLog();
  const api = {
    readProject: () => {
      const answer = looks[Math.min(asked, looks.length - 1)] as Answer;
      asked += 1;
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
    readRollingRelease: () => Promise.reject(new Error('no rolling release here')),
    production: NO_PRODUCTION,
  };
  const failure = (await failureOf(followMove({ api, clock: testClock(), log }, move(), NEVER))) as PipeError;
  return { failure, asked, log: log.text() };
}

const project = (last: AliasRequest | undefined, id = 'dpl_old'): Answer =>
  reply({ id: 'prj_web', targets: { production: { id } }, ...(last ? { lastAliasRequest: last } : {}) });

describe('following a change of production', () => {
  it('gives up on one that never shows', async () => {
    const { failure } = await follow([project(undefined)]);
    expect(failure).toMatchObject({ code: 'DOMAINS_NOT_ASSIGNED', got: 'production serves dpl_old' });
    expect(failure.message).toContain('two minutes later nothing of it shows');
  });

  it('gives up on one that is done by its own word alone', async () => {
    const { failure, asked } = await follow([project(request({ jobStatus: 'succeeded' }))]);
    expect(failure.message).toContain('says that the promote is done, and production serves another deployment');
    expect(asked).toBe(5);
  });

  it('tells who came in between', async () => {
    const other = request({ toDeploymentId: 'dpl_x', requestedAt: 3, jobStatus: 'in-progress' });
    const { failure } = await follow([project(request()), project(other)]);
    expect(failure).toMatchObject({
      code: 'DOMAINS_NOT_ASSIGNED',
      got: 'the last change is promote to dpl_x, in-progress',
    });
  });

  it('goes on after bad looks, and gives up after five in a row, saying what may still happen', async () => {
    const bad = refusal(503, 'unavailable');
    const { failure, asked } = await follow([bad, bad, bad, bad, project(request()), bad]);
    expect(asked).toBe(10);
    expect(failure.code).toBe('SERVICE_FAILED');
    expect(failure.fix).toMatch(/^The promote was asked for and may still happen\. /);
  });

  it('gives up at once where the credential is no longer taken', async () => {
    const { failure, asked } = await follow([refusal(403, 'forbidden')]);
    expect([failure.code, asked]).toEqual(['DENIED_BY_VERCEL', 1]);
  });

  it('tells a state that it does not know once, and goes on', async () => {
    const odd = project(request({ jobStatus: 'resting' }));
    const { failure, log } = await follow([odd, odd, project(request({ jobStatus: 'skipped' }))]);
    expect(failure.got).toBe('promote: skipped');
    expect(log.match(/state of the promote that this pipe does not know, resting/g)).toHaveLength(1);
  });
});
