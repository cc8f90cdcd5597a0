import { describe, expect, it } from '@jest/globals';
import type { World } from '../../../src/audit/reconcile/index.ts';
import { intents, stateOf, tell, unrecorded } from './support/audit.ts';
import * as seen from './support/seen.ts';

const { deployment, DPL, HOUR, intent, metaOf, MINUTE, NOON, pipeline, SECOND, STEP } = seen;

function steps(startedAt?: number, completedAt?: number): Pick<World, 'steps'> {
  const times = {
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(completedAt === undefined ? {} : { completedAt }),
  };
  return { steps: () => ({ found: [{ uuid: STEP, ...times }] }) };
}

function named(meta: Record<string, unknown>, over: Partial<Parameters<typeof deployment>[0]> = {}) {
  return { deployments: [deployment({ ...over, meta: meta as Record<string, string> })] };
}

describe('a link to a build', () => {
  it.each<[string, Partial<World>, RegExp]>([
    ['no such pipeline', { pipeline: () => ({ absent: true }) }, /Bitbucket knows no such one/],
    ['no such step', { steps: () => ({ found: [] }) }, /Bitbucket knows no step/],
    ['no steps', { steps: () => ({ absent: true }) }, /Bitbucket knows no step/],
    ['a step that has not started', steps(), /has not started/],
    ['a step that had ended', steps(NOON - MINUTE, NOON - 5001), /ran from .* to .*; asked for 2026-11-10T12:00:00/],
    ['a step that began later', steps(NOON + 5001, NOON + MINUTE), /asked for/],
    ['a later pipeline', { pipeline: () => ({ found: pipeline({ createdAt: NOON + 5001 }) }) }, /was created at/],
    ['an ended pipeline', { pipeline: () => ({ found: pipeline({ completedAt: NOON - 5001 }) }) }, /had ended at/],
  ])('that names %s is forged', (_, world, text) => {
    const row = unrecorded({}, world);
    expect(row).toMatchObject({ class: 'FORGED_LINK', reasons: [expect.stringMatching(text)] });
    expect(stateOf(row, 'step')).toBe('bad');
  });

  it.each<[string, Partial<World>]>([
    ['five seconds', steps(NOON + 5000, NOON + MINUTE)],
    ['five seconds at its end', steps(NOON - MINUTE, NOON - 5000)],
    ['a step that goes on', steps(NOON - MINUTE)],
    ['five seconds before its pipeline', { pipeline: () => ({ found: pipeline({ createdAt: NOON + 5000 }) }) }],
    ['five seconds after it', { pipeline: () => ({ found: pipeline({ completedAt: NOON - 5000 }) }) }],
  ])('is given %s', (_, world) => {
    expect(unrecorded({}, world).class).toBe('UNEXPLAINED');
  });

  it.each([
    ['oidcDeployPipeline', 'build 42'],
    ['oidcDeployPipeline', 42],
    ['oidcDeployStep', { toString: 'x' }],
    ['oidcDeployStep', '{33333333-0000-4000-8000-00000000000\u212a}'],
  ])('whose %s is %j is forged: that is no id of anything', (key, value) => {
    expect(tell(unrecorded(named({ ...metaOf(), [key]: value })))).toMatch(/FORGED_LINK: Its meta has oidcDeploy/);
  });

  it('says when Bitbucket has said so, where that was to an earlier audit', () => {
    const askedAt = NOON + seen.DAY;
    const said = / to \S+ \(as Bitbucket said at 2026-11-11T12:00:00/;
    const ended = { uuid: STEP, startedAt: NOON - HOUR, completedAt: NOON - MINUTE };
    const forged = unrecorded({}, { steps: () => ({ found: [ended], askedAt }) });
    expect(forged).toMatchObject({ class: 'FORGED_LINK', reasons: [expect.stringMatching(said)] });
    const ran = unrecorded({}, { steps: () => ({ found: [{ ...ended, completedAt: NOON }], askedAt }) });
    expect(ran.checks.find(({ name }) => name === 'step')?.found).toMatch(said);
    expect(tell(unrecorded({}, { steps: () => ({ found: [], askedAt }) }))).toMatch(/no step .* \(as Bitbucket said/);
  });

  it('is looked up without braces and case', () => {
    const asked: string[] = [];
    const look = (uuid: string) => (asked.push(uuid), { absent: true as const });
    unrecorded(named({ oidcDeployPipeline: `{${seen.PIPELINE.toUpperCase()}}` }), { pipeline: look });
    expect(new Set(asked)).toEqual(new Set([seen.PIPELINE]));
  });

  it('says nothing where Bitbucket did not', () => {
    for (const world of [{ pipeline: () => ({ unknown: 'Refused.' }) }, { steps: () => ({ unknown: 'Refused.' }) }]) {
      const row = unrecorded({}, world);
      expect(row.class).toBe('UNEXPLAINED');
      expect(stateOf(row, 'step')).toBe('missing');
    }
  });

  it('is not read out of the prototype', () => {
    const meta = Object.create(metaOf()) as Record<string, unknown>;
    expect(unrecorded(named(meta), { pipeline: () => ({ absent: true }) }).class).toBe('UNEXPLAINED');
    const poisoned = JSON.parse('{"__proto__":{"oidcDeployPipeline":"x"}}') as Record<string, unknown>;
    expect(unrecorded(named(poisoned)).class).toBe('UNEXPLAINED');
  });
});

describe('meta of another deployment', () => {
  const foreign: Partial<World> = {
    resultsOf: (id) =>
      id === seen.recordId(1) ? [{ file: 'one.result', action: 'deploy', deploymentId: 'dpl_first' }] : [],
  };

  it('copied is a duplicate claim', () => {
    expect(tell(unrecorded({}, foreign))).toBe(
      `deployment ${DPL} DUPLICATE_CLAIM: Its meta names the record one.result, which is about dpl_first.`,
    );
  });

  it('copied after its step had ended is forged, though the token of its intent lives on', () => {
    const late = named(metaOf(), { createdAt: NOON + 2 * MINUTE });
    expect(unrecorded(late, { ...foreign, ...intents(intent()) }).class).toBe('FORGED_LINK');
  });

  it('copied by its intent alone is known again', () => {
    const only = named({ oidcDeployIntent: seen.INTENT });
    expect(unrecorded(only, { ...foreign, ...intents(intent()) }).class).toBe('DUPLICATE_CLAIM');
  });

  it.each([
    { source: 'redeploy' },
    { meta: { ...metaOf(), action: 'promote' } },
    { meta: { ...metaOf(), action: 'redeploy' } },
  ])('is of a redeploy with %j, long after the step too', (over) => {
    for (const createdAt of [NOON, NOON + HOUR]) {
      const row = unrecorded({ deployments: [deployment({ createdAt, ...over })] }, foreign);
      expect(tell(row)).toMatch(/UNRECORDED_REDEPLOY: Its meta names.*dpl_first.*Vercel made it again/);
    }
  });

  it('is no redeploy by its own word: without the record it must fit its step', () => {
    const said = named({ ...metaOf(), action: 'redeploy' }, { createdAt: NOON + HOUR });
    expect(unrecorded(said).class).toBe('FORGED_LINK');
  });

  it('is forged even by a redeploy, where it names what never was', () => {
    const of = { deployments: [deployment({ source: 'redeploy' })] };
    expect(unrecorded(of, { pipeline: () => ({ absent: true }) }).class).toBe('FORGED_LINK');
    expect(unrecorded(of, steps(NOON + 5001 + SECOND)).class).toBe('FORGED_LINK');
  });

  it('of which nothing is known is a redeploy where Vercel says so', () => {
    expect(unrecorded(named({}, { source: 'redeploy' })).class).toBe('UNRECORDED_REDEPLOY');
  });
});
