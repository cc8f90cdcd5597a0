import { describe, expect, it } from '@jest/globals';
import { settleBirths } from '../../../src/audit/settle-births.ts';
import { createTally, type Bucket } from '../../../src/audit/reconcile/index.ts';
import type { Row, SeenEvent } from '../../../src/audit/types.ts';
import { audit, bucket, tell, world } from './support/audit.ts';
import * as seen from './support/seen.ts';

const { act, deployment, DPL, event, MINUTE, NOON, record, SECOND } = seen;
const READY = NOON + 20 * SECOND;
const PREVIEW = { deployments: [deployment({ target: 'preview', readySubstate: 'STAGED', meta: {} })], records: [] };
const PRODUCTION = { deployments: [deployment({ meta: {} })], records: [] };
/** A member that is there and says nothing, for lists of cases. */
const NONE = undefined as unknown as string;
const EVE = { principalId: 'usr_eve', principalType: 'user', principalName: 'Eve', tokenId: 'tok_eve' };

/** Production's own name, given to the deployment of noon. */
function named(over: Partial<SeenEvent> = {}): SeenEvent {
  return event({ id: 'uev_name', type: 'alias', alias: 'Site.vercel.app', at: NOON + 10 * MINUTE, ...over });
}

function changes(of: Partial<Bucket>, ...events: readonly SeenEvent[]): readonly Row[] {
  return audit({ ...of, events: [event(), ...events] }).rows.filter(({ kind }) => kind === 'change');
}

describe('a name below vercel.app', () => {
  it.each([
    ['by another hand', { ...EVE, at: NOON + SECOND }],
    ['by the same hand with another token', { tokenId: 'tok_eve', at: NOON + SECOND }],
    ['by the same hand, later', { at: READY + 5001 }],
    ['by the same hand, before', { at: NOON + 200 - 5001 }],
    ['without a token where the birth has one', { at: NOON + SECOND, tokenId: NONE }],
  ])('that is given %s is a change, and no record tells of it', (_, by: Partial<SeenEvent>) => {
    const [row] = changes(PREVIEW, named(by));
    expect(row).toMatchObject({ change: 'alias', production: true, class: 'UNRECORDED_ALIAS' });
    expect(row?.reasons[0]).toMatch(/No record tells of this alias \(Site\.vercel\.app to dpl_one\)/);
  });

  it.each([
    ['at once', PRODUCTION, { at: NOON + 200 }],
    ['a moment before its event', PRODUCTION, { at: NOON + 200 - 5000 }],
    ['when it was ready', PRODUCTION, { at: READY + 5000 }],
    ['as its own address', PREVIEW, { at: READY, alias: 'Site-1.vercel.app' }],
    ['by Vercel, with its token', PREVIEW, { at: READY, type: 'aliases-assigned' }],
    ['by Vercel, without a token', PREVIEW, { at: READY, type: 'aliases-assigned', tokenId: NONE }],
    ['by the system, at any time', PREVIEW, { principalType: 'system', principalId: 'system' }],
  ])('that a deployment got by its creation, %s, is no change of anybody', (_, of, by: Partial<SeenEvent>) => {
    expect(changes(of, named(by))).toEqual([]);
    const tally = createTally({ scope: world().scope });
    const all = bucket({ ...of, events: [event(), named(by)] });
    tally.add(all, audit(all));
    expect(tally.finish().counts.change).toEqual({ seen: 0, classes: {} });
  });

  it('that its own step gives to a preview at once is a change, which its record has to name', () => {
    const given = named({ at: NOON + SECOND });
    const target = { target: 'preview', readySubstate: 'STAGED' } as const;
    const told = (aliases: readonly string[]) => [record({ ...target, deployment: { ...target, aliases } })];
    const of = { deployments: [deployment(target)] };
    const row = (aliases: readonly string[]) => changes({ ...of, records: told(aliases) }, given)[0];
    expect(row(['site-git-main.vercel.app'])).toMatchObject({ class: 'UNRECORDED_ALIAS', production: true });
    expect(row(['site.vercel.app'])).toMatchObject({ class: 'VERIFIED', production: false });
  });

  it('of a deployment that the list does not show is its own where the history says that it was for production', () => {
    const rows = (target?: string) => {
      const born = event(target === undefined ? {} : { target });
      return audit({ deployments: [], records: [], events: [born, named({ at: NOON + SECOND })] }).rows;
    };
    expect(rows('production')).toHaveLength(1);
    expect(rows('preview')).toHaveLength(2);
    expect(rows()).toHaveLength(2);
  });

  it('is not checkable where the history does not say who gave it, and no record tells of it', () => {
    const nobody = seen.without(named({ at: NOON + SECOND }), 'principalId', 'principalType', 'principalName');
    expect(changes(PREVIEW, nobody).map(tell)).toEqual([
      expect.stringMatching(/NOT_CHECKABLE: .*does not say by whom: Vercel gives such names by itself, too/),
    ]);
    const listed = record({ deployment: { aliases: ['site.vercel.app'] } });
    expect(changes({ records: [listed] }, nobody)).toMatchObject([{ class: 'VERIFIED' }]);
  });

  it('of a deployment whose birth nobody has seen is a change', () => {
    const events = [named({ at: NOON + SECOND })];
    const [row] = audit({ ...PREVIEW, events }).rows.filter(({ kind }) => kind === 'change');
    expect(row?.class).toBe('UNRECORDED_ALIAS');
  });
});

describe('a name below vercel.app that goes where production goes', () => {
  const at = NOON + 10 * MINUTE;
  const promotion = event({ id: 'uev_p', type: 'manual-deployment-promotion-created', at });
  const records = [record(), act('promote', { actsOn: DPL })];

  it.each([
    ['promotion', promotion, records],
    ['rollback', { ...promotion, type: 'instant-rollback-created' }, [record(), act('rollback', { actsOn: DPL })]],
  ] as const)('is told by the record of the %s', (_, moved, told) => {
    const rows = changes({ records: told }, moved, named({ at: at + SECOND }));
    expect(rows.map((row) => [row.class, row.record?.action])).toEqual([
      ['VERIFIED', told[1].facts.action],
      ['VERIFIED', told[1].facts.action],
    ]);
  });

  it('is told by the deploy that rolled back', () => {
    const facts = { deployment: { id: 'dpl_bad' }, rolledBackTo: DPL, startedAt: at, signedAt: at + MINUTE };
    const failed = record(facts, { file: 'bad.result', digest: 'd2' });
    const rollback = { ...promotion, type: 'instant-rollback-created' };
    const rows = changes({ records: [record()], links: [failed] }, rollback, named({ at: at + SECOND }));
    expect(rows.map((row) => row.class)).toEqual(['VERIFIED', 'VERIFIED']);
  });

  it('is told by the deploy that promoted it behind its test', () => {
    const within = { at: NOON + 24 * SECOND };
    const rows = changes({ records: [record()] }, { ...promotion, ...within }, named({ at: NOON + 26 * SECOND }));
    expect(rows.map((row) => row.class)).toEqual(['VERIFIED', 'VERIFIED']);
  });

  it.each([
    ['by another hand', { ...EVE, at: at + SECOND }],
    ['after the run', { at: NOON + 11 * MINUTE + 5001 }],
    ['as a name of the team', { at: at + SECOND, alias: 'shop.example.com' }],
  ])('is not told by it where it was given %s', (_, by) => {
    expect(changes({ records }, promotion, named(by)).map((row) => row.class)).toEqual([
      'VERIFIED',
      'UNRECORDED_ALIAS',
    ]);
  });

  it('does not go to a preview with its deploy', () => {
    const target = { target: 'preview', readySubstate: 'STAGED' } as const;
    const of = { deployments: [deployment(target)], records: [record({ ...target, deployment: target })] };
    expect(changes(of, named({ at: NOON + 27 * SECOND })).map((row) => row.class)).toEqual(['UNRECORDED_ALIAS']);
  });
});

describe('names of a deployment of another period', () => {
  const since = NOON + SECOND;
  const scope = { ...world().scope, since };
  const before = { ...bucket(), deployments: [], records: [] };
  const asker = { askDeployment: () => Promise.resolve({ found: deployment() }) };

  it('go with its birth', async () => {
    const events = [event(), named({ at: READY })];
    expect(await settleBirths({ ...before, events }, scope, asker)).toEqual({ ...before, events: [] });
  });

  it('stay where they are of a preview', async () => {
    const events = [event(), named({ at: READY })];
    const preview = { askDeployment: () => Promise.resolve({ found: deployment({ target: 'preview' }) }) };
    expect(await settleBirths({ ...before, events }, scope, preview)).toEqual({ ...before, events: events.slice(1) });
  });

  it('stay where they are of another hand, and nothing is asked for them', async () => {
    const other = named({ ...EVE, at: READY });
    const asked = { askDeployment: () => Promise.reject(new Error('asked')) };
    expect(await settleBirths({ ...before, events: [event(), other] }, scope, asked)).toEqual({
      ...before,
      events: [other],
    });
  });
});
