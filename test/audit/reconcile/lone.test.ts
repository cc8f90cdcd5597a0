import { describe, expect, it } from '@jest/globals';
import type { World } from '../../../src/audit/reconcile/index.ts';
import type { RowException, SeenRecord } from '../../../src/audit/types.ts';
import { audit, deploymentOf, gapsIn, tell } from './support/audit.ts';
import * as seen from './support/seen.ts';

const { act, DAY, event, intent, NOON, record, REFUSED, UNCHECKED } = seen;

/** Records, and nothing of Vercel. */
function alone(records: readonly SeenRecord[], world: Partial<World> = {}) {
  const { rows, unlisted } = audit({ deployments: [], events: [], records }, world);
  return { told: rows.map(tell), unlisted };
}

describe('a record of a deployment that nobody has seen', () => {
  it.each(['deployed', 'adopted'])('which it says was %s is an orphan', (outcome) => {
    const { told, unlisted } = alone([record({ outcome })]);
    expect(told).toEqual([
      `record one.result ORPHAN_RECORD: The record says that dpl_one was ${outcome}, and neither the list nor the event history shows it.`,
    ]);
    expect(unlisted).toEqual({});
  });

  it.each(['deployments', 'events'])('is not checkable where the %s have gaps', (population) => {
    const { told } = alone([record()], { gaps: gapsIn(population) });
    expect(told[0]).toMatch(new RegExp(`NOT_CHECKABLE: .*nor the event history shows it: The ${population} could not`));
  });

  it.each<[string, SeenRecord]>([
    ['that failed', record({ outcome: 'failed' })],
    ['of another team', record({ teamId: 'team_b' })],
    ['of a project that was not asked for', record({ projectId: 'prj_b' })],
    ['from before the period', record({ deployment: { createdAt: NOON - DAY - 1 } })],
    ['from its end', record({ deployment: { createdAt: NOON + DAY } })],
    ['of a denial', act('deploy', { outcome: 'denied' })],
    ['of a pull', act('pull')],
    ['of an intent', intent()],
  ])('or %s is counted, and no more', (_, one) => {
    const scope = { teamId: seen.TEAM, projectIds: [seen.PROJECT], since: NOON - DAY, until: NOON + DAY };
    expect(alone([one], { scope })).toEqual({ told: [], unlisted: { VERIFIED: 1 } });
  });

  it('is none where an event names it', () => {
    const early = record({ deployment: { createdAt: NOON - 2 * DAY } });
    const gone = event({ type: 'deployment-delete', principalType: 'system' });
    expect(audit({ deployments: [], events: [gone], records: [early] })).toEqual({
      rows: [],
      unlisted: { VERIFIED: 1 },
    });
  });
});

describe('a file by itself', () => {
  it('is told where it does not hold or could not be checked', () => {
    const files = [record({}, { file: 'a', verdict: REFUSED }), record({}, { file: 'b', verdict: UNCHECKED })];
    expect(alone(files).told).toEqual([
      'record a UNVERIFIABLE: SIGNATURE_INVALID: No key fits it.',
      'record b NOT_CHECKABLE: TRUST_MATERIAL_MISSING: No keys.',
    ]);
  });

  it('shows no build that it only claims', () => {
    const { rows } = audit({ deployments: [], events: [], records: [record({}, { verdict: REFUSED })] });
    expect(rows[0]?.record).toBeDefined();
    expect([rows[0]?.build, rows[0]?.record?.assurance]).toEqual([undefined, undefined]);
  });

  it('is told by the deployment that names it, where it is an intent that nobody could check', () => {
    const of = [intent({}, { verdict: UNCHECKED })];
    expect(alone(of, { isNamed: (digest) => digest === seen.INTENT })).toEqual({
      told: [],
      unlisted: { NOT_CHECKABLE: 1 },
    });
    expect(alone(of).told).toHaveLength(1);
    expect(alone([intent({}, { verdict: REFUSED })], { isNamed: () => true }).told).toHaveLength(1);
  });

  it('is missed where the earlier checkpoint has counted it', () => {
    const removed = [{ digest: 'e'.repeat(64), recordId: seen.recordId(3), phase: 'intent' as const }];
    const { rows } = audit({ deployments: [], events: [], records: [], removed });
    expect(rows.map(tell)).toEqual([
      `record ${'e'.repeat(64)} RECORD_REMOVED: The earlier checkpoint has counted the intent of record ${seen.recordId(3)} (sha256 eeeeeeeeeeee…), and no file has that digest now.`,
    ]);
  });
});

describe('an exception', () => {
  const exception: RowException = {
    id: 'EX-1',
    reason: 'Agreed.',
    approver: 'Grace',
    ticket: 'SEC-1',
    expires: NOON + 9 * DAY,
  };
  const world: Partial<World> = { exceptionFor: () => exception };
  const stale: Partial<World> = { ...world, policies: { allowed: () => false } };

  it('covers a finding, which stays to be read', () => {
    expect(deploymentOf({}, stale)).toMatchObject({
      ...{ class: 'EXCEPTION', instead: 'POLICY_STALE', exception, reasons: [expect.stringMatching(/^Policy/)] },
    });
    expect(audit({ deployments: [], events: [] }, world).rows[0]).toMatchObject({
      class: 'EXCEPTION',
      instead: 'ORPHAN_RECORD',
    });
  });

  it('covers nothing from the moment that it expires', () => {
    const row = deploymentOf({}, { ...stale, auditedAt: exception.expires });
    expect(row).toMatchObject({ class: 'POLICY_STALE' });
    expect(row.reasons[1]).toBe('Exception EX-1 covered it until it expired at 2026-11-19T12:00:00.000Z.');
    expect(row).not.toHaveProperty('exception');
  });

  it.each<[string, Partial<World>]>([
    ['VERIFIED', {}],
    ['NOT_CHECKABLE', { pipeline: () => ({ unknown: 'Refused.' }) }],
  ])('is not asked for what is %s', (klass, over) => {
    expect(deploymentOf({}, { ...world, ...over }).class).toBe(klass);
  });

  it('never covers what may be a lie', () => {
    expect(deploymentOf({ records: [record({}, { verdict: REFUSED })] }, world).class).toBe('UNVERIFIABLE');
  });
});
