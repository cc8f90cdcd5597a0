import { describe, expect, it } from '@jest/globals';
import type { Bucket } from '../../../src/audit/reconcile/index.ts';
import type { SeenEvent } from '../../../src/audit/types.ts';
import { audit } from './support/audit.ts';
import * as seen from './support/seen.ts';

const { act, deployment, DPL, event, MINUTE, NOON, record, SECOND } = seen;
const AT = NOON + 10 * MINUTE;
const READY = NOON + 20 * SECOND;
const NONE = undefined as unknown as string;
const NOBODY = { principalId: NONE, principalType: NONE, principalName: NONE, tokenId: NONE };
const EVE = { principalId: 'usr_eve', principalType: 'user', principalName: 'Eve', tokenId: 'tok_eve' };
const PREVIEW = { deployments: [deployment({ target: 'preview', readySubstate: 'STAGED', meta: {} })], records: [] };
const PROMOTION = event({ id: 'uev_p', type: 'manual-deployment-promotion-created', at: AT });

/** As Vercel's SDK has it: how many names were given, and not which. */
function given(at: number, over: Partial<SeenEvent> = {}): SeenEvent {
  return event({ id: 'uev_given', type: 'aliases-assigned', at, ...over });
}

/** What came of it; undefined where it is no change of anybody. */
function classOf(of: Partial<Bucket>, name: SeenEvent, ...events: readonly SeenEvent[]): string | undefined {
  return audit({ ...of, events: [event(), ...events, name] }).rows.find(({ id }) => id === name.id)?.class;
}

describe('names that Vercel has given, and does not say which', () => {
  it.each([
    ['with its token', {}],
    ['without one', { tokenId: NONE }],
  ])('are of a creation by the same hand, %s', (_, over) => {
    expect(classOf(PREVIEW, given(READY + 5000, over))).toBeUndefined();
  });

  it.each([
    ['by another hand', given(READY, EVE)],
    ['by another token', given(READY, { tokenId: 'tok_eve' })],
    ['later', given(READY + 5001)],
    ['at the request of somebody', given(READY, { type: 'alias' })],
  ])('are a change where they were given %s', (_, name) => {
    expect(classOf(PREVIEW, name)).toBe('UNRECORDED_ALIAS');
  });

  it.each(['promote', 'rollback'])('are told by the %s that they go along with', (action) => {
    const of = { records: [record(), act(action, { actsOn: DPL })] };
    const moved = action === 'promote' ? PROMOTION : { ...PROMOTION, type: 'instant-rollback-created' };
    expect(classOf(of, given(AT + SECOND), moved)).toBe('VERIFIED');
    expect(classOf(of, given(AT + SECOND, { tokenId: NONE }), moved)).toBe('VERIFIED');
    for (const other of [EVE, { ...EVE, tokenId: NONE }, { tokenId: 'tok_eve' }, { type: 'alias' }]) {
      expect(classOf(of, given(AT + SECOND, other), moved)).toBe('UNRECORDED_ALIAS');
    }
    expect(classOf(of, given(AT + 2 * MINUTE), moved)).toBe('UNRECORDED_ALIAS');
    expect(classOf(of, given(AT + SECOND))).toBe('UNRECORDED_ALIAS');
  });

  it('are told by the deploy that rolled back', () => {
    const facts = { deployment: { id: 'dpl_bad' }, rolledBackTo: DPL, startedAt: AT, signedAt: AT + MINUTE };
    const of = { records: [record()], links: [record(facts, { file: 'bad.result', digest: 'd2' })] };
    expect(classOf(of, given(AT + SECOND), { ...PROMOTION, type: 'instant-rollback-created' })).toBe('VERIFIED');
  });

  it('are told in the run of the deploy by its own hand alone', () => {
    const late = NOON + 28 * SECOND;
    expect(classOf({}, given(late))).toBe('VERIFIED');
    expect(classOf({ records: [record({ hop: 'static' })] }, given(late, EVE))).toBe('UNRECORDED_ALIAS');
  });

  it('are not checkable where the history does not say who gave them, and no record tells of it', () => {
    const { rows } = audit({ ...PREVIEW, events: [event(), given(READY, NOBODY)] });
    expect(rows.find(({ kind }) => kind === 'change')).toMatchObject({
      class: 'NOT_CHECKABLE',
      reasons: [expect.stringMatching(/^A name was given to dpl_one at .*, and the event does not say by whom/)],
    });
  });
});
