import { describe, expect, it } from '@jest/globals';
import { needsOf, type Bucket, type World } from '../../../src/audit/reconcile/index.ts';
import type { Row, SeenEvent, SeenRecord } from '../../../src/audit/types.ts';
import { audit, bucket, only, stateOf, tell, world } from './support/audit.ts';
import * as seen from './support/seen.ts';

const { act, DAY, DPL, event, HOUR, KEYLESS, MANAGED, MINUTE, NOON, PIPELINE, record, REPO, SECOND, STORED } = seen;
const AT = NOON + 10 * MINUTE;
const EVE = { principalId: 'usr_eve', principalType: 'user', principalName: 'Eve', tokenId: 'tok_eve' };
const PROMOTION = event({ id: 'uev_change', type: 'manual-deployment-promotion-created', at: AT, ...EVE });
const STATIC = { hop: 'static', actsOn: DPL };

function ran(from: number, to: number): Pick<World, 'steps'> {
  return { steps: () => ({ found: [{ uuid: seen.STEP, startedAt: from, completedAt: to }] }) };
}

function judged(teller: SeenRecord, over: Partial<World> = {}, change: SeenEvent = PROMOTION): Row {
  const { events, records }: Pick<Bucket, 'events' | 'records'> = {
    events: [event(), change],
    records: [record(), teller],
  };
  return only('change', audit({ events, records }, over));
}

describe('a promotion by a keyless record', () => {
  const bound = (from: number, to: number, verdict = KEYLESS) =>
    act('promote', { ...STATIC, startedAt: NOON, tokenIssuedAt: from, tokenExpiresAt: to }, { verdict });

  it('is untimed where its token had ended', () => {
    const row = judged(bound(AT - 3 * HOUR, AT - 5001));
    expect(tell(row)).toMatch(/UNTIMED: Vercel has written it at .*12:10:00.*token lived from .*09:10:00/);
    expect(stateOf(row, 'time')).toBe('bad');
    expect(judged(bound(AT - 3 * HOUR, AT - 5000)).class).toBe('VERIFIED');
  });

  it('is so with a timestamp too: that says when it was signed, and not when it was done', () => {
    const timed = { state: 'verified', assurance: 'timed', keyId: 'k', trust: 't', timestampAt: NOON } as const;
    expect(judged(bound(AT - 3 * HOUR, AT - 5001, timed)).class).toBe('UNTIMED');
  });

  it('has its time in the chain where the token lived, and none where the key hangs on no time', () => {
    expect(stateOf(judged(bound(NOON, AT)), 'time')).toBe('ok');
    expect(stateOf(judged(act('promote', STATIC, { verdict: MANAGED })), 'time')).toBe('none');
  });
});

describe('a change by a record of a deploy that does not explain the deployment', () => {
  const over = { startedAt: AT - MINUTE, signedAt: AT + MINUTE, hop: 'static', recordId: seen.recordId(2) };
  const ended = { tokenIssuedAt: NOON - 3 * HOUR, tokenExpiresAt: NOON - 2 * HOUR };
  const adopted = { origin: 'adopted', originRecordId: seen.recordId(1), originIntentDigest: seen.INTENT };

  it('is judged by that record: no other row says whether it holds', () => {
    const forged = record({ ...over, ...ended, deployment: adopted }, { file: 'two.result', digest: 'd2' });
    const { rows } = audit({ events: [event(), PROMOTION], records: [record(), forged] });
    expect(rows.map((row) => row.class)).toEqual(['VERIFIED', 'UNTIMED']);
  });

  it('is so of one that says that it rolled back', () => {
    const facts = { ...over, ...ended, outcome: 'failed', rolledBackTo: DPL, deployment: { id: 'dpl_none' } };
    const rollback = { ...PROMOTION, type: 'instant-rollback-created' };
    const links = [record(facts, { file: 'two.result', digest: 'd2' })];
    expect(only('change', audit({ events: [event(), rollback], links })).class).toBe('UNTIMED');
  });
});

describe('a change of a deployment of before the period, by a record that says to have made it', () => {
  const made = { createdAt: NOON - 30 * DAY, readyAt: NOON - 30 * DAY };
  const facts = { hop: 'static', startedAt: AT - MINUTE, signedAt: AT + MINUTE, deployment: made };
  const old = { deployments: [], records: [record(facts)] };

  describe.each([
    ['promotion', PROMOTION],
    ['rollback', { ...PROMOTION, type: 'instant-rollback-created' }],
    ['name', { ...PROMOTION, type: 'alias', alias: 'www.example.com' }],
  ])('a %s', (_, change) => {
    const rowOf = (of: Partial<Bucket>, over: Partial<World> = {}) =>
      only('change', audit({ ...old, ...of, events: [change] }, over));

    it('has to be in time, of an allowed policy and of its build: no other row says so', () => {
      const ended = { tokenIssuedAt: NOON - 3 * HOUR, tokenExpiresAt: NOON - 2 * HOUR };
      expect(rowOf({ records: [record({ ...facts, ...ended })] }).class).toBe('UNTIMED');
      expect(rowOf({}, { policies: { allowed: () => false } }).class).toBe('POLICY_STALE');
      expect(rowOf({}, { pipeline: () => ({ unknown: 'Refused.' }) }).class).toBe('NOT_CHECKABLE');
      expect(rowOf({}).class).toBe('VERIFIED');
    });

    it('by a stored key has to be of a step that ran then', () => {
      const records = [record(facts, { verdict: STORED })];
      expect(rowOf({ records }, { steps: () => ({ found: [] }) }).class).toBe('FORGED_LINK');
      expect(rowOf({ records }, ran(AT, AT)).class).toBe('VERIFIED');
    });
  });

  it('is asked for its pipeline', () => {
    const asked = world({ pipeline: () => ({ unknown: 'Not asked.' }) });
    expect(needsOf(bucket({ ...old, events: [PROMOTION] }), asked).pipelines).toHaveLength(1);
  });
});

describe('a promotion by a stored key', () => {
  const stored = act('promote', STATIC, { verdict: STORED });

  it.each([
    ['did not run', { steps: () => ({ found: [] }) }],
    ['had ended', ran(NOON, AT - 5001)],
    ['had not begun', ran(AT + 5001, AT + HOUR)],
    ['is of a pipeline without steps', { steps: () => ({ absent: true as const }) }],
  ])('of a step that %s is forged', (_, over) => {
    const row = judged(stored, over);
    expect(tell(row)).toMatch(/FORGED_LINK: The record names a step that can not have made it/);
    expect(stateOf(row, 'step')).toBe('bad');
  });

  it('of a step that ran then is verified; of one that nobody could look at it is not', () => {
    expect(judged(stored, ran(AT, AT + SECOND)).class).toBe('VERIFIED');
    expect(judged(stored, { steps: () => ({ unknown: 'Refused.' }) }).class).toBe('NOT_CHECKABLE');
  });

  it('is asked for its step whatever target the record says', () => {
    const preview = act('promote', { ...STATIC, target: 'preview' }, { verdict: STORED });
    expect(judged(preview, ran(NOON, AT - 5001)).class).toBe('FORGED_LINK');
  });

  it('needs its steps of the moment; by another key it needs none', () => {
    const needs = (teller: SeenRecord) =>
      needsOf(
        bucket({ events: [event(), PROMOTION], records: [record(), teller] }),
        world({ steps: () => ({ unknown: 'Not asked.' }) }),
      ).steps;
    const wanted = { pipelineUuid: PIPELINE, repositoryUuid: REPO, at: AT };
    expect(needs(stored)).toEqual([expect.objectContaining(wanted)]);
    expect(needs(act('promote', STATIC, { verdict: MANAGED }))).toEqual([]);
  });
});

describe('a promotion of which the history names no token', () => {
  it('is not checkable where the record says that Vercel gave one, also in the run of a deploy', () => {
    const nameless = seen.without(PROMOTION, 'tokenId');
    expect(tell(judged(act('promote', { actsOn: DPL }), {}, nameless))).toMatch(/NOT_CHECKABLE: .*by which token/);
    const within = { ...nameless, at: NOON + 20 * SECOND };
    expect(only('change', audit({ events: [event(), within] })).class).toBe('NOT_CHECKABLE');
  });

  it('is compared with no policy where the record says that it came otherwise', () => {
    expect(judged(act('promote', STATIC), {}, seen.without(PROMOTION, 'tokenId')).class).toBe('VERIFIED');
  });
});
