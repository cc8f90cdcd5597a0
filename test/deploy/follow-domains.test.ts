import { describe, expect, it } from '@jest/globals';
import { PipeError } from '../../src/errors.ts';
import { watchDomains } from '../../src/deploy/follow-domains.ts';
import type { End } from '../../src/deploy/ending.ts';
import { memoryLog } from '../support/test-platform.ts';
import { refusal, reply, reportOf, scriptedApi, type Answer } from './support/scripted-api.ts';

const NEVER = new AbortController().signal;
const PRODUCTION = { production: true, autoAssign: true, wait: true, projectId: 'prj_1' };
const ROLLED_BACK = reply({ lastAliasRequest: { type: 'rollback', jobStatus: 'succeeded' } });
const STAGED = { readySubstate: 'STAGED' };

interface Look {
  /** Milliseconds since the first. */
  readonly at: number;
  readonly state?: string;
  readonly more?: Record<string, unknown>;
}

/** What comes of these looks: the first end, and what it took. */
async function watch(
  projects: readonly Answer[],
  looks: readonly Look[],
  options = PRODUCTION,
  rolling: readonly Answer[] = [],
): Promise<{ end: End | undefined; looked: number; asked: number; log: string }> {
  const api = scriptedApi({ projects, rolling });
  const log = memoryLog();
  let now = 0;
  const clock = { now: () => now, sleep: () => Promise.resolve(), timeout: () => NEVER };
  const domains = watchDomains({ api, clock, log }, options);
  let end: End | undefined;
  let looked = 0;
  for (const { at, state = 'READY', more = STAGED } of looks) {
    now = at;
    looked += 1;
    end = await domains.look(reportOf(state, more), NEVER);
    if (end) break;
  }
  return { end, looked, asked: api.count('project'), log: log.text() };
}

const everySecond = (count: number, more?: Record<string, unknown>): Look[] =>
  Array.from({ length: count }, (_, index) => ({ at: index * 1000, ...(more ? { more } : {}) }));

describe('domains that stay away', () => {
  it('because production was rolled back: said at the third look, with the way out', async () => {
    const { end, looked, asked } = await watch([ROLLED_BACK], everySecond(9));
    expect({ looked, asked }).toEqual({ looked: 3, asked: 1 });
    const failure = end && 'failure' in end ? end.failure : undefined;
    expect(failure).toMatchObject({ code: 'DOMAINS_NOT_ASSIGNED', exitStatus: 1 });
    expect(failure?.describe()).toMatch(
      /built and staged, but no domain points at it: production was rolled back[\s\S]*STAGED; the last change[\s\S]*COMMAND: promote, DEPLOYMENT: dpl_1[\s\S]*Instant Rollback, then Undo or Promote/,
    );
  });

  it('because another rolling release is active', async () => {
    const { end, looked } = await watch([reply({ rollingRelease: { state: 'ACTIVE' } })], everySecond(9));
    expect(looked).toBe(3);
    expect(end).toEqual({
      ending: 'rolling',
      note: expect.stringMatching(/dpl_1 is built and queued\. Another release is active/),
    });
  });

  it('because the release under way, asked for by itself, is active', async () => {
    const project = reply({ rollingRelease: { target: 'production', stages: [] } });
    const rolling = [reply({ rollingRelease: { state: 'ACTIVE' } })];
    const { end, looked } = await watch([project], everySecond(9), PRODUCTION, rolling);
    expect(looked).toBe(3);
    expect(end).toMatchObject({ ending: 'rolling', note: expect.stringMatching(/Another release is active/) });
  });

  it('not because of rolling releases where none is under way', async () => {
    const project = reply({ rollingRelease: { target: 'production', stages: [] } });
    const { end } = await watch([project], everySecond(130), PRODUCTION, [reply({ rollingRelease: null })]);
    expect(end).toMatchObject({ failure: expect.objectContaining({ code: 'DOMAINS_NOT_ASSIGNED' }) });
  });

  it('where the project has rolling releases and does not say whether one is active: only when it is late', async () => {
    const project = reply({ rollingRelease: { target: 'production', stages: [] } });
    const silent = [refusal(403, 'forbidden')];
    expect((await watch([project], everySecond(121), PRODUCTION, silent)).end).toBeUndefined();
    const { end, looked } = await watch([project], everySecond(130), PRODUCTION, silent);
    expect(looked).toBe(122);
    expect(end).toEqual({ ending: 'rolling', note: expect.stringMatching(/queued\. Another release may be active/) });
  });

  it('for no reason that Vercel gives: a failure after two minutes, not before', async () => {
    expect((await watch([reply({})], everySecond(121))).end).toBeUndefined();
    const { end, asked } = await watch([reply({})], everySecond(130));
    expect(asked).toBe(1);
    const failure = end && 'failure' in end ? end.failure : undefined;
    expect(failure).toMatchObject({ code: 'DOMAINS_NOT_ASSIGNED', got: 'dpl_1 READY STAGED' });
    expect(failure?.fix).toMatch(/^Its page says .*https:\/\/vercel\.com.*COMMAND: promote, DEPLOYMENT: dpl_1$/);
  });

  it('of a preview: the project is not asked, and nothing is to be promoted', async () => {
    const looks = everySecond(130, { target: null, readySubstate: 'STAGED' });
    const { end, asked } = await watch([], looks, { ...PRODUCTION, production: false });
    expect(asked).toBe(0);
    const failure = end && 'failure' in end ? end.failure : undefined;
    expect(failure?.code).toBe('DOMAINS_NOT_ASSIGNED');
    expect(failure?.fix).not.toContain('promote');
  });

  it('are not late while checks run', async () => {
    const checked = { ...STAGED, checksState: 'running' };
    const looks = [{ at: 0, more: checked }, { at: 600_000, more: checked }, { at: 601_000 }, { at: 700_000 }];
    const { end, log } = await watch([reply({})], looks);
    expect(end).toBeUndefined();
    expect(log).toBe('info dpl_1 is READY; its domains wait for its checks.');
  });

  it('are waited for anew after checks', async () => {
    const looks = [{ at: 0 }, { at: 60_000, more: { ...STAGED, checksState: 'running' } }, { at: 130_000 }];
    expect((await watch([], looks)).end).toBeUndefined();
  });

  it('are not waited for before READY', async () => {
    const { end, asked } = await watch(
      [],
      [
        { at: 0, state: 'BUILDING' },
        { at: 999_000, state: 'BUILDING' },
      ],
    );
    expect({ end, asked }).toEqual({ end: undefined, asked: 0 });
  });

  it('of what was promoted once are not explained by a rollback', async () => {
    const looks = everySecond(5, { readySubstate: 'PROMOTED' });
    expect((await watch([ROLLED_BACK], looks)).end).toBeUndefined();
  });

  it('are explained where the reply has no substate', async () => {
    const { end } = await watch([ROLLED_BACK], everySecond(5, {}));
    expect(end).toMatchObject({ failure: { code: 'DOMAINS_NOT_ASSIGNED' } });
  });

  it.each([
    { name: 'no answer', trouble: new PipeError({ code: 'NETWORK', message: 'gone' }) },
    { name: 'a denial', trouble: refusal(403, 'forbidden') },
  ])('are asked about three times at most after $name', async ({ trouble }) => {
    expect((await watch([trouble, ROLLED_BACK], everySecond(9))).end).toMatchObject({
      failure: { code: 'DOMAINS_NOT_ASSIGNED' },
    });
    expect((await watch([trouble, trouble, trouble], everySecond(9))).asked).toBe(3);
  });

  it('pass a stop on', async () => {
    const stop = new Error('stopped');
    await expect(watch([stop], everySecond(9))).rejects.toBe(stop);
  });
});
