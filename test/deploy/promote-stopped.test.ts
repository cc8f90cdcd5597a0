import { describe, expect, it } from '@jest/globals';
import { promoteDeployment, rollBackTo, type MoveDeps } from '../../src/deploy/promote.ts';
import { PipeError } from '../../src/errors.ts';
import type { HttpReply } from '../../src/http/index.ts';
import { memoryLog, testClock } from '../support/test-platform.ts';
import { NO_PRODUCTION, refused, reply } from './support/fake-api.ts';
import { failureOf } from './support/scripted-api.ts';

const STOPPED = new PipeError({ code: 'TERMINATED', message: 'The run was stopped.' });
const LOST = new PipeError({ code: 'NETWORK', message: 'Vercel could not be reached.', got: 'ECONNRESET' });
const PROJECT = reply(200, { targets: { production: { id: 'dpl_old' } } });
const MAY = 'to dpl_new was asked for without an answer: Vercel may go on with it by itself.';

interface Seen {
  readonly log: string;
  readonly asked: number;
  /** How often it was told that production may move. */
  readonly told: number;
  readonly failure: unknown;
}

/** A change of production whose request is answered so; `stop` ends the run. */
async function ask(
  answer: (stop: () => void) => Promise<HttpReply>,
  kind: 'promote' | 'rollback' = 'promote',
  look: (stop: () => void, nth: number) => void = () => undefined,
): Promise<Seen> {
  const stopping = new AbortController();
  const { signal } = stopping;
  const log = memoryLog();
  let [asked, told, looks] = [0, 0, 0];
  const stop = (): void => stopping.abort(STOPPED);
  const deps: MoveDeps = {
    api: {
      readProject: () => {
        look(stop, (looks += 1));
        return Promise.resolve(PROJECT);
      },
      readRollingRelease: () => Promise.reject(new Error('no rolling release here')),
      production: {
        ...NO_PRODUCTION,
        move: () => {
          asked += 1;
          return answer(stop);
        },
      },
    },
    ...{ clock: testClock(), log },
    onMayMove: () => (told += 1),
  };
  const work =
    kind === 'promote'
      ? promoteDeployment({ projectId: 'prj_web', deployment: { id: 'dpl_new' } }, deps, signal)
      : rollBackTo({ projectId: 'prj_web', deploymentId: 'dpl_new' }, deps, signal);
  return { failure: await failureOf(work), log: log.text(), asked, told };
}

describe('a change of production that is stopped', () => {
  it.each(['promote', 'rollback'] as const)('while the %s has no answer yet says that it may go on', async (kind) => {
    const seen = await ask((stop) => {
      stop();
      return Promise.reject(STOPPED);
    }, kind);
    expect(seen).toMatchObject({ failure: STOPPED, asked: 1, told: 1 });
    expect(seen.log).toContain(`warn The ${kind} ${MAY}`);
  });

  it('while it is looked for after a lost answer says the same', async () => {
    const seen = await ask(
      () => Promise.reject(LOST),
      'promote',
      (stop, nth) => {
        if (nth === 2) stop();
      },
    );
    expect(seen).toMatchObject({ failure: STOPPED, asked: 1 });
    expect(seen.told).toBeGreaterThan(0);
    expect(seen.log).toContain(`warn The promote ${MAY}`);
  });

  it('before it is asked for asks for nothing, and has nothing to tell', async () => {
    const seen = await ask(
      () => Promise.reject(new Error('asked')),
      'promote',
      (stop) => stop(),
    );
    expect(seen).toMatchObject({ failure: STOPPED, asked: 0, told: 0 });
    expect(seen.log).not.toContain('warn');
  });

  it('after an answer says that Vercel goes on', async () => {
    const seen = await ask((stop) => {
      stop();
      return Promise.resolve(reply(201, {}));
    });
    expect(seen).toMatchObject({ failure: STOPPED, told: 1 });
    expect(seen.log).toContain('The promote to dpl_new was asked for, and Vercel goes on with it by itself.');
  });
});

it('what Vercel refuses does not move', async () => {
  const { failure, told, log } = await ask(() => Promise.resolve(refused(403, 'forbidden')));
  expect(failure).toMatchObject({ code: 'DENIED_BY_VERCEL' });
  expect(told).toBe(0);
  expect(log).not.toContain('by itself');
});

it('a lost answer leaves it open, whatever comes then', async () => {
  const { failure, told } = await ask(() => Promise.reject(LOST));
  expect(failure).toMatchObject({ code: 'NETWORK' });
  expect(told).toBeGreaterThan(0);
});
