import { describe, expect, it } from '@jest/globals';
import { gapsIn, intents, stateOf, tell, unrecorded, audit } from './support/audit.ts';
import * as seen from './support/seen.ts';

const { deployment, event, intent, record, metaOf, NOON, MINUTE, SECOND, DPL, REFUSED, UNCHECKED } = seen;
const plain = { meta: {} };

describe('a deployment without a record', () => {
  it.each([
    ['git', /built it from a push \(source git\)/],
    ['drop', /dropped into the dashboard/],
    ['v0-web', /v0 made it/],
    ['"new"\u202e', /source "\\"new\\"\\u202e"/],
    [undefined, /^No record names it\.$/],
  ])('is unexplained, by its source %s', (source, text) => {
    const of = seen.without(deployment(plain), 'source');
    const row = unrecorded({ deployments: [source === undefined ? of : { ...of, source }] });
    expect(row).toMatchObject({ class: 'UNEXPLAINED', person: 'pipe', reasons: [expect.stringMatching(text)] });
  });

  it('is not checkable where not all records could be read', () => {
    const row = unrecorded({ deployments: [deployment(plain)] }, { gaps: gapsIn('records') });
    expect(tell(row)).toMatch(/NOT_CHECKABLE: No record that was read names it.*The records could not be read/);
    expect(stateOf(row, 'record')).toBe('missing');
  });

  it('is unexplained where a test, a promotion and a pull name it alone: none of them made it', () => {
    const named = [seen.act('smoke', { deployment: { id: DPL, aliases: [] } }), seen.act('promote', { actsOn: DPL })];
    expect(unrecorded({ deployments: [deployment(plain)], records: named }).class).toBe('UNEXPLAINED');
  });

  it('is by whom Vercel names, whoever has built the pipeline that its meta names', () => {
    const by = { creatorType: 'user', creatorId: 'usr_eve', creatorName: 'eve' };
    const row = unrecorded({ deployments: [deployment({ ...by, meta: seen.without(metaOf(), 'oidcDeployIntent') })] });
    expect(row).toMatchObject({
      class: 'UNEXPLAINED',
      person: 'eve',
      personId: 'usr_eve',
      build: { creator: 'Ada Lovelace' },
    });
    expect([row.review, stateOf(row, 'review')]).toEqual([undefined, 'missing']);
    const killed = unrecorded({ deployments: [deployment(by)] }, intents(intent()));
    expect(killed).toMatchObject({ class: 'INTERRUPTED', person: 'eve' });
  });

  it('is excused for whom Vercel names alone', () => {
    const excuse = { id: 'x', reason: 'r', approver: 'a', ticket: 't', expires: NOON + 9 * seen.DAY };
    const by = (name: string) => unrecorded({}, { exceptionFor: (row) => (row.person === name ? excuse : undefined) });
    expect([by('Ada Lovelace').class, by('pipe').class]).toEqual(['UNEXPLAINED', 'EXCEPTION']);
  });

  it('is seen in the events alone, too', () => {
    const row = unrecorded({ deployments: [] });
    expect(row).toMatchObject({ class: 'UNEXPLAINED', at: NOON + 200, deployment: { readyState: 'DELETED' } });
  });
});

describe('a record that does not hold', () => {
  it('makes it unverifiable, and is told by its row alone', () => {
    const { rows, unlisted } = audit({ records: [record({}, { verdict: REFUSED })] });
    expect(rows.map(tell)).toEqual([
      `deployment ${DPL} UNVERIFIABLE: The record one.result does not hold: SIGNATURE_INVALID: No key fits it.`,
    ]);
    expect(unlisted).toEqual({ UNVERIFIABLE: 1 });
  });

  it('makes it not checkable where it could only not be checked; a refused one beside it counts more', () => {
    const unchecked = record({}, { verdict: UNCHECKED });
    const row = unrecorded({ records: [unchecked] });
    expect(tell(row)).toMatch(/NOT_CHECKABLE: The record one\.result could not be checked: TRUST_MATERIAL_MISSING/);
    const refused = record({}, { file: 'two.result', digest: 'd2', verdict: REFUSED });
    expect(unrecorded({ records: [unchecked, refused] }).class).toBe('UNVERIFIABLE');
  });

  it.each([
    [REFUSED, 'UNVERIFIABLE'],
    [UNCHECKED, 'NOT_CHECKABLE'],
  ])('counts as well where it is the intent that meta names', (verdict, klass) => {
    expect(unrecorded({}, intents(intent({}, { verdict }))).class).toBe(klass);
  });

  it('does not hide one that holds: it is a finding of its own', () => {
    const garbage = record({}, { file: 'garbage.result', digest: 'dg', verdict: REFUSED });
    for (const records of [
      [record(), garbage],
      [garbage, record()],
    ]) {
      const { rows, unlisted } = audit({ records });
      expect(rows.map(tell)).toEqual([
        `deployment ${DPL} VERIFIED: `,
        'record garbage.result UNVERIFIABLE: SIGNATURE_INVALID: No key fits it.',
      ]);
      expect(unlisted).toEqual({ VERIFIED: 1 });
    }
  });
});

describe('a record that the earlier checkpoint has counted', () => {
  const gone = { digest: 'e'.repeat(64), recordId: seen.recordId(1), phase: 'result' } as const;

  it('and that names it, is missed', () => {
    const { rows, unlisted } = audit({ records: [], removed: [{ ...gone, deploymentId: DPL }] });
    expect(rows.map(({ kind, class: klass }) => [kind, klass])).toEqual([['deployment', 'RECORD_REMOVED']]);
    expect(unlisted).toEqual({ RECORD_REMOVED: 1 });
    expect(rows[0]?.reasons[0]).toMatch(/counted record 44444444-[\d-]+ \(sha256 eeeeeeeeeeee…\)/);
  });

  it('and that its meta names, is missed', () => {
    const removedOf = (id: string) => (id === gone.recordId ? [gone] : []);
    expect(unrecorded({}, { removedOf }).class).toBe('RECORD_REMOVED');
    expect(unrecorded({ deployments: [deployment(plain)] }, { removedOf }).class).toBe('UNEXPLAINED');
  });

  it('is not said to be gone where a folder could not be read', () => {
    const row = unrecorded({ removed: [{ ...gone, deploymentId: DPL }] }, { gaps: gapsIn('records') });
    expect(tell(row)).toMatch(/NOT_CHECKABLE: The earlier checkpoint has counted.*The records could not be read/);
  });

  it('is missed beside another that explains the deployment', () => {
    const { rows } = audit({ removed: [{ ...gone, deploymentId: DPL }] });
    expect(rows.map(({ kind, class: klass }) => [kind, klass])).toEqual([
      ['deployment', 'VERIFIED'],
      ['record', 'RECORD_REMOVED'],
    ]);
  });

  it('and that was changed, is told once: it is refused', () => {
    const changed = record({}, { verdict: REFUSED });
    const { rows, unlisted } = audit({ records: [changed], removed: [{ ...gone, deploymentId: DPL }] });
    expect(rows.map(({ class: klass }) => klass)).toEqual(['UNVERIFIABLE']);
    expect(unlisted).toEqual({ UNVERIFIABLE: 1, RECORD_REMOVED: 1 });
  });
});

describe('a signed intent without its result', () => {
  const { meta } = deployment();

  it('makes it interrupted', () => {
    const row = unrecorded({}, intents(intent()));
    expect(tell(row)).toMatch(
      /INTERRUPTED: It was made by intent aaaaaaaaaaaa… of record 44444444-.*no result was signed/,
    );
    expect(stateOf(row, 'step')).toBe('ok');
  });

  it.each([{ teamId: 'team_b' }, { projectId: 'prj_b' }, { target: 'preview' }])('of another %j does not', (over) => {
    const row = unrecorded({}, intents(intent(over)));
    expect(tell(row)).toMatch(/UNEXPLAINED: No record names it.*The intent that meta names is of team/);
  });

  it('of another act does not', () => {
    expect(unrecorded({}, intents(intent({ action: 'promote' }))).class).toBe('UNEXPLAINED');
  });

  const claims = (...all: readonly { id: string; at: number }[]) => ({
    ...intents(intent()),
    claims: () =>
      all.map(({ id, at }) => ({ deploymentId: id, createdAt: at, projectId: 'prj_a', target: 'production' })),
  });

  it("is the first one's of two that name it", () => {
    const both = claims({ id: DPL, at: NOON }, { id: 'dpl_two', at: NOON + SECOND });
    expect(unrecorded({}, both).class).toBe('INTERRUPTED');
    const two = deployment({ id: 'dpl_two', createdAt: NOON + SECOND, meta });
    const row = unrecorded({ deployments: [two], events: [event({ deploymentId: 'dpl_two' })] }, both);
    expect(tell(row)).toMatch(/DUPLICATE_CLAIM: It names intent aaaaaaaaaaaa….*which dpl_one named before it/);
  });

  it('is not of one that was there before its run began: nobody knew the digest then', () => {
    const early = NOON - 30 * SECOND - 5001;
    expect(unrecorded({}, claims({ id: 'dpl_early', at: early }, { id: DPL, at: NOON })).class).toBe('INTERRUPTED');
    const row = unrecorded({ deployments: [deployment({ createdAt: early })] }, intents(intent()));
    expect(tell(row)).toMatch(/DUPLICATE_CLAIM: It names intent.*created at 2026-11-10T11:59:24\.999Z.*run began at/);
  });

  it.each([
    ['failed', 'INTERRUPTED', /its result says failed and names no deployment/],
    ['denied', 'MISMATCH', /says that the deploy was denied/],
  ])('but with a result that ended %s and names no deployment, is %s', (outcome, klass, text) => {
    const row = unrecorded({}, { ...intents(intent()), resultsOf: () => [{ file: 'r', action: 'deploy', outcome }] });
    expect(row).toMatchObject({ class: klass, reasons: [expect.stringMatching(text)] });
  });

  it('is interrupted though the step was run again, and Bitbucket shows that run', () => {
    const steps = () => ({ found: [{ uuid: seen.STEP, startedAt: NOON + 10 * MINUTE }] });
    expect(unrecorded({}, { ...intents(intent()), steps }).class).toBe('INTERRUPTED');
    expect(unrecorded({}, { steps }).class).toBe('FORGED_LINK');
    expect(unrecorded({}, { steps, lastRunOf: () => 2 })).toMatchObject({ class: 'UNEXPLAINED' });
  });
});

describe('meta', () => {
  it.each([{ oidcDeployRecord: 7 }, { oidcDeployIntent: ['a'] }, { oidcDeployRecord: metaOf()['oidcDeployIntent'] }])(
    'that names no record in its form, as %j, names none',
    (meta) => {
      const of = deployment({ meta: meta as unknown as Record<string, string> });
      expect(unrecorded({ deployments: [of] }, intents(intent())).class).toBe('UNEXPLAINED');
    },
  );
});
