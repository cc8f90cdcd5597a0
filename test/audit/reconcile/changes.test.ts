import { describe, expect, it } from '@jest/globals';
import type { Bucket, World } from '../../../src/audit/reconcile/index.ts';
import type { Row, SeenEvent } from '../../../src/audit/types.ts';
import { audit, gapsIn, only, tell, stateOf } from './support/audit.ts';
import * as seen from './support/seen.ts';

const { act, DPL, event, KEYLESS, MINUTE, NOON, pipeline, record, REFUSED, SECOND, UNCHECKED } = seen;
const AT = NOON + 10 * MINUTE;
const PROMOTION = 'manual-deployment-promotion-created';
const ROLLBACK = 'instant-rollback-created';

function change(type: string, over: Partial<SeenEvent> = {}): SeenEvent {
  return event({ id: 'uev_change', type, at: AT, ...over });
}

/** The row of one change, beside the deployment and its record. */
function changed(
  type: string,
  of: Partial<Bucket> & { by?: Partial<SeenEvent> } = {},
  world: Partial<World> = {},
): Row {
  const { by, records = [], ...rest } = of;
  return only(
    'change',
    audit({ ...rest, events: [event(), change(type, by)], records: [record(), ...records] }, world),
  );
}

describe('a change without a record', () => {
  it.each([
    [PROMOTION, 'promotion', 'UNRECORDED_PROMOTION'],
    [ROLLBACK, 'rollback', 'UNRECORDED_ROLLBACK'],
    ['deployment-delete', 'deletion', 'UNRECORDED_DELETION'],
    ['deployment-undeleted', 'undeletion', 'UNRECORDED_DELETION'],
    ['alias', 'alias', 'UNRECORDED_ALIAS'],
    ['aliases-assigned', 'alias', 'UNRECORDED_ALIAS'],
  ])('by %s is %s: %s', (type, kind, klass) => {
    const row = changed(type, {
      by: { principalType: 'user', principalId: 'usr_eve', principalName: 'Eve', alias: 'shop.example.com' },
    });
    expect(row).toMatchObject({
      change: kind,
      class: klass,
      id: 'uev_change',
      ...{ person: 'Eve', personId: 'usr_eve' },
      production: true,
      at: AT,
    });
    expect(row.reasons[0]).toMatch(
      new RegExp(`No record tells of this ${kind} .* at 2026-11-10T12:10:00\\.000Z, by Eve`),
    );
  });

  it.each(['alias', 'deployment-delete', 'deployment-undeleted'])(
    'by %s of the system is no change of anybody',
    (type) => {
      expect(audit({ events: [event(), change(type, { principalType: 'system' })] }).rows).toHaveLength(1);
    },
  );

  it('is asked of a promotion whoever did it', () => {
    expect(changed(PROMOTION, { by: { principalType: 'system' } }).class).toBe('UNRECORDED_PROMOTION');
  });

  it('is not checkable where not all records could be read, or where the event does not say of what it is', () => {
    expect(tell(changed(PROMOTION, {}, { gaps: gapsIn('records') }))).toMatch(
      /NOT_CHECKABLE: .*records could not be read/,
    );
    const nameless = seen.without(change(PROMOTION), 'deploymentId');
    const row = only('change', audit({ events: [event(), nameless] }));
    expect(tell(row)).toMatch(/NOT_CHECKABLE: The event does not say which deployment it is about/);
  });

  it.each([
    [REFUSED, 'UNVERIFIABLE', /promote\.result tells of it and does not hold: SIGNATURE_INVALID/],
    [UNCHECKED, 'NOT_CHECKABLE', /promote\.result tells of it and could not be checked: TRUST_MATERIAL_MISSING/],
  ])('but with one that is doubted says so, once', (verdict, klass, text) => {
    const records = [record(), act('promote', { actsOn: DPL }, { verdict })];
    const { rows, unlisted } = audit({ events: [event(), change(PROMOTION)], records });
    expect(rows.map((row) => row.class)).toEqual(['VERIFIED', klass]);
    expect(rows[1]?.reasons[0]).toMatch(text);
    expect(unlisted).toEqual({ VERIFIED: 1, [klass]: 1 });
  });
});

describe('a change with its record', () => {
  it.each([
    [PROMOTION, act('promote', { actsOn: DPL })],
    [ROLLBACK, act('rollback', { actsOn: DPL })],
    ['deployment-delete', act('cleanup', { removed: ['dpl_other', DPL] })],
  ])('by %s is verified', (type, teller) => {
    const row = changed(type, { records: [teller] });
    expect(row).toMatchObject({
      class: 'VERIFIED',
      reasons: [],
      record: { file: teller.file },
      person: 'Ada Lovelace',
    });
    expect(stateOf(row, 'vercel-policy')).toBe('ok');
  });

  it('is told by a copy of a record of another bucket', () => {
    const cleanup = act('cleanup', { removed: [DPL] });
    const { rows, unlisted } = audit({ events: [event(), change('deployment-delete')], links: [cleanup] });
    expect(rows.map((row) => row.class)).toEqual(['VERIFIED', 'VERIFIED']);
    expect(unlisted).toEqual({ VERIFIED: 1 });
  });

  it('is told once where the copy lies beside the record', () => {
    const promote = act('promote', { actsOn: DPL }, { verdict: REFUSED });
    const { rows } = audit({
      events: [event(), change(PROMOTION)],
      records: [record(), promote],
      links: [{ ...promote }],
    });
    expect(rows.map((row) => row.class)).toEqual(['VERIFIED', 'UNVERIFIABLE']);
  });

  it.each<[string, string, ReturnType<typeof act>]>([
    ['another deployment', PROMOTION, act('promote', { actsOn: 'dpl_other' })],
    ['another act', PROMOTION, act('rollback', { actsOn: DPL })],
    ['another project', PROMOTION, act('promote', { actsOn: DPL, projectId: 'prj_b' })],
    ['a denial', PROMOTION, act('promote', { actsOn: DPL, outcome: 'denied' })],
    ['a run that began later', PROMOTION, act('promote', { actsOn: DPL, startedAt: AT + 5001 })],
    ['a run that had ended', PROMOTION, act('promote', { actsOn: DPL, signedAt: AT - 5001 })],
    [
      'a token that was issued later',
      PROMOTION,
      act('promote', { actsOn: DPL, startedAt: NOON, tokenIssuedAt: AT + 5001 }),
    ],
    ['an intent', PROMOTION, act('promote', { actsOn: DPL, phase: 'intent' })],
    ['a cleanup of others', 'deployment-delete', act('cleanup', { removed: ['dpl_other'] })],
  ])('is not told by one of %s', (_, type, teller) => {
    expect(changed(type, { records: [teller] }).class).toMatch(/^UNRECORDED_/);
  });

  it('is given five seconds at both ends', () => {
    for (const over of [{ startedAt: AT + 5000 }, { signedAt: AT - 5000 }]) {
      expect(changed(PROMOTION, { records: [act('promote', { actsOn: DPL, ...over })] }).class).toBe('VERIFIED');
    }
  });

  it('is compared with its build, its policies and its token', () => {
    const records = [act('promote', { actsOn: DPL })];
    const build = (over: Parameters<typeof pipeline>[0]) => ({ pipeline: () => ({ found: pipeline(over) }) });
    expect(changed(PROMOTION, { records }, build({ commit: 'f'.repeat(40) })).class).toBe('MISMATCH');
    expect(changed(PROMOTION, { records }, { pipeline: () => ({ unknown: 'Refused.' }) }).class).toBe('NOT_CHECKABLE');
    expect(changed(PROMOTION, { records }, { policies: { allowed: (_, at) => at === NOON } }).class).toBe(
      'POLICY_STALE',
    );
    expect(changed(PROMOTION, { records }, { policyOfToken: () => 'pol_other' }).class).toBe('WRONG_POLICY');
    expect(changed(PROMOTION, { records: [act('promote', { actsOn: DPL, sandbox: true })] }).class).toBe(
      'NOT_CHECKABLE',
    );
    const noToken = seen.without(change(PROMOTION), 'tokenId');
    const row = only('change', audit({ events: [event(), noToken], records: [record(), ...records] }));
    expect(tell(row)).toMatch(/NOT_CHECKABLE: .*does not say by which token/);
  });
});

describe('a change in the run of a deploy', () => {
  const within = { at: NOON + 15 * SECOND };

  it('is the promotion after its test', () => {
    expect(changed(PROMOTION, { by: within })).toMatchObject({ class: 'VERIFIED', record: { action: 'deploy' } });
    expect(changed(PROMOTION).class).toBe('UNRECORDED_PROMOTION');
  });

  it('is the rollback after a failed one, whichever of the two deployments the event names', () => {
    const failed = record({ outcome: 'failed', rolledBackTo: 'dpl_before' });
    const events = [event(), change(ROLLBACK, within)];
    expect(only('change', audit({ events, records: [failed] })).class).toBe('VERIFIED');
    const before = { deployments: [], records: [], links: [failed] };
    const row = only(
      'change',
      audit({ ...before, events: [change(ROLLBACK, { ...within, deploymentId: 'dpl_before' })] }),
    );
    expect(row).toMatchObject({ class: 'VERIFIED', production: true, record: { file: 'one.result' } });
  });

  it('is an alias that the record names', () => {
    const alias = (name: string, more: Partial<SeenEvent> = within) =>
      changed('alias', { by: { alias: name, ...more } });
    expect(alias('WWW.example.com').class).toBe('VERIFIED');
    expect(alias('other.example.com').class).toBe('UNRECORDED_ALIAS');
    expect(alias('www.example.com', {}).class).toBe('UNRECORDED_ALIAS');
  });

  it('is by its token', () => {
    expect(changed(PROMOTION, { by: { ...within, tokenId: 'tok_stolen' } }).class).toBe('WRONG_POLICY');
  });

  it('is told by the record of an act before that of a deploy', () => {
    const promote = act('promote', { actsOn: DPL, startedAt: NOON, signedAt: NOON + MINUTE }, { verdict: KEYLESS });
    expect(changed(PROMOTION, { by: within, records: [promote] })).toMatchObject({ record: { action: 'promote' } });
  });
});
