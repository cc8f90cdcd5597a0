import { describe, expect, it } from '@jest/globals';
import type { World } from '../../../src/audit/reconcile/index.ts';
import type { RecordLine } from '../../../src/audit/types.ts';
import { toAllowed } from '../../../src/audit/world.ts';
import { deploymentOf, stateOf, tell } from './support/audit.ts';
import * as seen from './support/seen.ts';

const { deployment, KEYLESS, MANAGED, MINUTE, NOON, POLICY, record, recordId, SECOND, STEP, STORED } = seen;

describe('who made it', () => {
  const second = (over: Partial<RecordLine['deployment']> = {}, id = recordId(2), file = 'two.result') =>
    record({ recordId: id, outcome: 'adopted', deployment: over }, { file, digest: file });

  it('is claimed twice by two records that say created', () => {
    const row = deploymentOf({ records: [record(), second()] });
    expect(tell(row)).toMatch(/DUPLICATE_CLAIM: 2 records say that they made it: .*result and .*result\./);
  });

  it('is claimed once by two results of one record', () => {
    expect(deploymentOf({ records: [record(), second({}, recordId(1))] }).class).toBe('VERIFIED');
  });

  it('is claimed by a record that made another too', () => {
    const links = [{ file: 'x.result', action: 'deploy', origin: 'created', deploymentId: 'dpl_x' }];
    const row = deploymentOf({}, { resultsOf: (id) => (id === recordId(1) ? links : []) });
    expect(tell(row)).toMatch(/DUPLICATE_CLAIM: Record 4444.* says that it made dpl_x too \(x\.result\)/);
  });

  const from = { originRecordId: recordId(1), originIntentDigest: seen.INTENT };

  it('is no claim of who took it over, three times in a row', () => {
    const chain = [
      second({ origin: 'adopted', ...from }, recordId(3), 'three.result'),
      second({ origin: 'adopted', ...from }),
      second({ origin: 'deduplicated', ...from }, recordId(4), 'four.result'),
      record(),
    ];
    expect(deploymentOf({ records: chain })).toMatchObject({ class: 'VERIFIED', record: { file: 'one.result' } });
  });

  it('is shown by who took it over alone, where its signature does not hang on a time', () => {
    const adopted = second({ origin: 'adopted', ...from });
    const managed = deploymentOf({ records: [{ ...adopted, verdict: MANAGED }] });
    expect(managed).toMatchObject({ class: 'VERIFIED', record: { file: 'two.result' } });
    expect(managed.checks[0]?.found).toMatch(/adopted, made by record 44444444/);
    // Vercel's clock saw the intent of the run that made it, not of the one that took it over.
    expect(deploymentOf({ records: [adopted] }).class).toBe('UNTIMED');
  });

  it('is not who it was taken over from, where that record is about another', () => {
    const links = [{ file: 'one.result', action: 'deploy', origin: 'created', deploymentId: 'dpl_x' }];
    const records = [{ ...second({ origin: 'adopted', ...from }), verdict: MANAGED }];
    const row = deploymentOf({ records }, { resultsOf: () => links });
    expect(tell(row)).toMatch(/DUPLICATE_CLAIM: It was taken over as made by record 4444.*which is about dpl_x/);
  });

  it('is not checkable where who took it over does not say from whom', () => {
    const records = [{ ...second({ origin: 'deduplicated', originIntentDigest: seen.INTENT }), verdict: MANAGED }];
    expect(tell(deploymentOf({ records }))).toMatch(/NOT_CHECKABLE: The record says deduplicated, and does not name/);
  });
});

describe('the step of a record', () => {
  const stored = (over: Partial<RecordLine> = {}) => ({ records: [record(over, { verdict: STORED })] });
  const ended: Partial<World> = {
    steps: () => ({ found: [{ uuid: STEP, startedAt: NOON - MINUTE, completedAt: NOON - 5001 }] }),
  };
  const rerun: Partial<World> = { steps: () => ({ found: [{ uuid: STEP, startedAt: NOON + MINUTE }] }) };

  it('must have run, where a stored key signed for production', () => {
    expect(deploymentOf(stored())).toMatchObject({ class: 'VERIFIED' });
    expect(tell(deploymentOf(stored(), ended))).toMatch(
      /FORGED_LINK: The record names a step that can not have made it/,
    );
    expect(deploymentOf(stored(), { steps: () => ({ found: [] }) }).class).toBe('FORGED_LINK');
    expect(deploymentOf(stored(), { pipeline: () => ({ absent: true }) }).class).toBe('FORGED_LINK');
  });

  it('is shown by the token of a keyless one, whatever a later run of it looks like', () => {
    expect(deploymentOf({ records: [record({}, { verdict: KEYLESS })] }, rerun).class).toBe('VERIFIED');
  });

  it('that was run again can not be looked at any more', () => {
    expect(deploymentOf(stored(), rerun).class).toBe('FORGED_LINK');
    const row = deploymentOf(stored(), { ...rerun, lastRunOf: () => 2 });
    expect(tell(row)).toMatch(/NOT_CHECKABLE: The step was run again \(run 2\), and Bitbucket shows that run/);
    expect(deploymentOf(stored({ stepRunNumber: '2' }), { ...rerun, lastRunOf: () => 2 }).class).toBe('FORGED_LINK');
  });

  it('of who took a deployment over ran when that was done', () => {
    const adopted = stored({
      outcome: 'adopted',
      deployedAt: NOON + 40 * SECOND,
      deployment: {
        id: seen.DPL,
        aliases: [],
        createdAt: NOON,
        origin: 'adopted',
        originRecordId: recordId(9),
        originIntentDigest: seen.INTENT,
      },
    });
    const later: Partial<World> = { steps: () => ({ found: [{ uuid: STEP, startedAt: NOON + 30 * SECOND }] }) };
    expect(deploymentOf(adopted, later).class).toBe('VERIFIED');
  });

  it('is not asked for a preview', () => {
    const preview = {
      deployments: [deployment({ target: 'preview', readySubstate: 'STAGED' })],
      records: [record({ target: 'preview', deployment: { target: 'preview' } }, { verdict: STORED })],
    };
    const row = deploymentOf(preview, { steps: () => ({ unknown: 'Not asked.' }) });
    expect(row.class).toBe('VERIFIED');
    expect(stateOf(row, 'step')).toBe('none');
  });
});

describe("Vercel's policy", () => {
  it('must be the one that the record names', () => {
    const row = deploymentOf({}, { policyOfToken: () => 'pol_other' });
    expect(tell(row)).toMatch(
      /WRONG_POLICY: The record says Vercel policy pol_1, .* says that pol_other gave token tok_1/,
    );
    expect(row).toMatchObject({ event: { policyId: 'pol_other' } });
  });

  it('must be there at all', () => {
    expect(tell(deploymentOf({}, { policyOfToken: () => undefined }))).toMatch(/WRONG_POLICY: .*it is a stored one/);
  });

  it('is not compared where the record names none, where the token came otherwise, and for a preview', () => {
    const other = { policyOfToken: () => 'pol_other' };
    const facts = seen.without(record().facts, 'vercelPolicyId');
    expect(deploymentOf({ records: [{ ...record(), facts }] }, other).class).toBe('VERIFIED');
    expect(deploymentOf({ records: [record({ hop: 'static' })] }, other).class).toBe('VERIFIED');
    const preview = {
      deployments: [deployment({ target: 'preview', readySubstate: 'STAGED' })],
      records: [record({ target: 'preview', deployment: { target: 'preview' } })],
    };
    expect(deploymentOf(preview, other).class).toBe('VERIFIED');
  });
});

describe('our policy', () => {
  const list = (...digests: readonly string[]): Partial<World> => ({
    policies: { allowed: (digest, at) => digests.includes(digest) && at === NOON },
  });

  it('must have been allowed when Vercel created it', () => {
    expect(deploymentOf({}, list(POLICY)).class).toBe('VERIFIED');
    expect(tell(deploymentOf({}, list('x')))).toMatch(
      /POLICY_STALE: Policy bbbbbbbbbbbb… decided, which was not on the list/,
    );
  });

  it('may decide for some repositories alone, whatever the step of another one says', () => {
    const of = (...repositories: readonly string[]): Partial<World> => ({
      policies: toAllowed([{ digest: POLICY, from: 0, repositories }]),
    });
    const { repositoryUuid } = record().facts;
    expect(deploymentOf({}, of(repositoryUuid, 'x')).class).toBe('VERIFIED');
    expect(tell(deploymentOf({}, of('x')))).toMatch(
      /POLICY_STALE: Policy bbbbbbbbbbbb… decided, as a step of repository [0-9a-f-]{36} says: it may not decide/,
    );
  });

  it('must be there for production', () => {
    const facts = seen.without(record().facts, 'policyDigest');
    expect(deploymentOf({ records: [{ ...record(), facts }] }, list()).class).toBe('POLICY_STALE');
    const preview = {
      ...facts,
      target: 'preview',
      deployment: { ...facts.deployment, id: seen.DPL, aliases: [], target: 'preview', createdAt: NOON },
    };
    const of = {
      deployments: [deployment({ target: 'preview', readySubstate: 'STAGED' })],
      records: [{ ...record(), facts: preview }],
    };
    expect(deploymentOf(of, list()).class).toBe('VERIFIED');
  });
});
