import { describe, expect, it } from '@jest/globals';
import type { AliasRequest } from '../../src/deploy/production.ts';
import { promoteDeployment, type Moved } from '../../src/deploy/promote.ts';
import { PipeError } from '../../src/errors.ts';
import type { HttpReply } from '../../src/http/index.ts';
import { memoryLog, testClock } from '../support/test-platform.ts';
import { NEVER, NO_PRODUCTION, refused, reply } from './support/fake-api.ts';
import { failureOf } from './support/scripted-api.ts';

const LOST = new PipeError({ code: 'NETWORK', message: 'Vercel could not be reached.', got: 'ECONNRESET' });

const project = (id: string, last?: Partial<AliasRequest>): HttpReply =>
  reply(200, {
    targets: { production: { id } },
    ...(last ? { lastAliasRequest: { type: 'promote', toDeploymentId: 'dpl_new', requestedAt: 5, ...last } } : {}),
  });

interface Script {
  /** Answers to the promotion. */
  readonly moves: readonly (HttpReply | Error)[];
  /** The project at each look, the last one for ever. The first is before anything is asked. */
  readonly looks: readonly (HttpReply | Error)[];
}

function promote({ moves, looks }: Script): { work: Promise<Moved>; calls: string[] } {
  const calls: string[] = [];
  const next = (name: string, list: Script['moves']): Promise<HttpReply> => {
    const answer = list[Math.min(calls.filter((call) => call === name).length, list.length - 1)];
    calls.push(name);
    if (answer instanceof Error || !answer) return Promise.reject(answer ?? new Error('nothing scripted'));
    return Promise.resolve(answer);
  };
  const api = {
    readProject: () => next('look', looks),
    readRollingRelease: () => Promise.reject(new Error('no rolling release here')),
    production: { ...NO_PRODUCTION, move: () => next('move', moves) },
  };
  const deps = { api, clock: testClock(), log: memoryLog() };
  return { calls, work: promoteDeployment({ projectId: 'prj_web', deployment: { id: 'dpl_new' } }, deps, NEVER) };
}

describe('a promotion that Vercel answers with 409', () => {
  const conflict = refused(409, 'conflict');

  it('is done where production serves it', async () => {
    const { work, calls } = promote({ moves: [conflict], looks: [project('dpl_new')] });
    expect(await work).toEqual({ ending: 'live', already: true });
    expect(calls).toEqual(['look', 'move', 'look']);
  });

  it('is followed where someone has just asked for the same', async () => {
    const { work } = promote({
      moves: [conflict],
      looks: [
        project('dpl_old', { jobStatus: 'in-progress' }),
        project('dpl_old', { jobStatus: 'in-progress' }),
        project('dpl_new', { jobStatus: 'succeeded' }),
      ],
    });
    expect(await work).toEqual({ ending: 'live', already: false });
  });

  it.each([
    ['production serves another', project('dpl_old')],
    ['someone moves it to another', project('dpl_old', { toDeploymentId: 'dpl_x', jobStatus: 'pending' })],
    ['someone rolls back', project('dpl_old', { type: 'rollback', jobStatus: 'pending' })],
  ])('is refused where %s', async (_, look) => {
    const { work, calls } = promote({ moves: [conflict], looks: [look] });
    expect(await failureOf(work)).toMatchObject({
      code: 'REQUEST_REJECTED',
      message: 'Vercel did not promote dpl_new.',
    });
    expect(calls).toEqual(['look', 'move', 'look']);
  });
});

describe('a promotion whose answer is lost', () => {
  it('is not asked again where someone else changed production meanwhile', async () => {
    const other = project('dpl_x', { toDeploymentId: 'dpl_x', jobStatus: 'succeeded' });
    const { work, calls } = promote({ moves: [LOST], looks: [project('dpl_old'), other] });
    expect(await failureOf(work)).toMatchObject({
      code: 'DOMAINS_NOT_ASSIGNED',
      got: 'the last change is promote to dpl_x, succeeded',
    });
    expect(calls).toEqual(['look', 'move', 'look']);
  });

  it('is looked for three times before it is asked again', async () => {
    const done = project('dpl_new', { jobStatus: 'succeeded' });
    const { work, calls } = promote({
      moves: [LOST, reply(201, {})],
      looks: [project('dpl_old'), project('dpl_old'), project('dpl_old'), project('dpl_old'), done],
    });
    expect(await work).toEqual({ ending: 'live', already: false });
    expect(calls).toEqual(['look', 'move', 'look', 'look', 'look', 'move', 'look']);
  });

  it('is not asked again where the last look was not answered', async () => {
    const { work, calls } = promote({
      moves: [LOST],
      looks: [project('dpl_old'), project('dpl_old'), project('dpl_old'), refused(503, 'unavailable')],
    });
    const failure = (await failureOf(work)) as PipeError;
    expect(failure.code).toBe('SERVICE_FAILED');
    expect(failure.fix).toMatch(/^Production may have moved: look at the project/);
    expect(calls.filter((call) => call === 'move')).toHaveLength(1);
  });
});

it('asks nothing where the project cannot be read', async () => {
  const { work, calls } = promote({ moves: [], looks: [refused(403, 'forbidden')] });
  expect(await failureOf(work)).toMatchObject({ code: 'DENIED_BY_VERCEL' });
  expect(calls).toEqual(['look']);
});
