import { describe, expect, it } from '@jest/globals';
import { toRecordLine } from '../../../src/audit/records/line.ts';
import { buildStatement } from '../../../src/record/index.ts';
import type { RecordFacts } from '../../../src/record/types.ts';
import { COMMIT, makeFacts } from '../../record/support/facts.ts';
import { SIGNER } from '../../record/support/records.ts';

const EXCHANGE = { hop: 'vercel', tokenSha256: 'b'.repeat(64) } as const;
const line = (changes: Partial<RecordFacts> = {}): ReturnType<typeof toRecordLine> =>
  toRecordLine(buildStatement(makeFacts(SIGNER, changes)), undefined);

describe('what an audit takes of a record', () => {
  it('is all that it compares', () => {
    const claims = {
      ...{ workspaceUuid: '{AB}', repositoryUuid: '{CD}', stepUuid: 'EF', pipelineRunUuid: '{12}' },
      deploymentEnvironment: 'production',
    };
    const { identity } = makeFacts(SIGNER);
    expect(line({ identity: { ...identity, claims } })).toEqual({
      ...{ recordId: '0f8fad5b-d9cb-469f-a165-70867728950e', phase: 'result', action: 'deploy', outcome: 'deployed' },
      ...{ intentDigest: 'cd'.repeat(32), teamId: 'team_abc', projectId: 'prj_abc', projectName: 'shop' },
      target: 'production',
      deployment: {
        ...{ id: 'dpl_1', url: 'https://shop-1.vercel.app', target: 'production', readySubstate: 'PROMOTED' },
        ...{ aliases: ['shop.example.com'], createdAt: Date.UTC(2026, 10, 23, 12, 0, 5) },
        ...{ readyAt: Date.UTC(2026, 10, 23, 12, 0, 20), origin: 'created' },
      },
      issuer: identity.issuer,
      ...{ workspaceUuid: 'ab', repositoryUuid: 'cd', pipelineUuid: '12', stepUuid: 'ef', environment: 'production' },
      ...{ tokenIssuedAt: Date.UTC(2026, 10, 23, 11, 59), tokenExpiresAt: Date.UTC(2026, 10, 23, 12, 59) },
      ...{ repository: 'acme/shop', buildNumber: '42', commit: COMMIT, branch: 'main' },
      runUrl: 'https://bitbucket.org/acme/shop/pipelines/results/42',
      ...{ policyDigest: 'ef'.repeat(32), grant: 'web-production', vercelPolicyId: 'pol_1', hop: 'vercel' },
      ...{ signerMode: 'key', pipeVersion: '0.1.0', startedAt: Date.UTC(2026, 10, 23, 12) },
      ...{ deployedAt: Date.UTC(2026, 10, 23, 12, 0, 20, 500), signedAt: Date.UTC(2026, 10, 23, 12, 0, 21, 7) },
    });
  });

  it('is the policy of the last exchange with Vercel, and where an older deployment came from', () => {
    const exchanges = [
      { ...EXCHANGE, policyId: 'pol_1' },
      { ...EXCHANGE, policyId: 'pol_2' },
      { ...EXCHANGE, hop: 'vault', policyId: 'role' },
    ] as const;
    const origin = { kind: 'adopted', recordId: 'r-1', intentDigest: 'aa' } as const;
    expect(line({ exchanges, origin, credential: undefined })).toMatchObject({
      ...{ vercelPolicyId: 'pol_2', hop: 'vault' },
      deployment: { origin: 'adopted', originRecordId: 'r-1', originIntentDigest: 'aa' },
    });
  });

  it('is what a cleanup has done, not what it noted or did not reach; and what was moved', () => {
    const item = (deploymentId: string, act: string, outcome?: string): object => ({ deploymentId, act, outcome });
    const cleanup = [
      ...[item('dpl_a', 'remove', 'done'), item('dpl_b', 'cancel', 'done'), item('dpl_c', 'note', 'done')],
      ...[item('dpl_d', 'remove', 'failed'), item('dpl_e', 'remove')],
    ];
    const said = { predicate: { vercel: { cleanup, actsOn: { deploymentId: 'dpl_9' } } } };
    expect(toRecordLine(said, undefined)).toMatchObject({ removed: ['dpl_a', 'dpl_b'], actsOn: 'dpl_9' });
    expect(line().removed).toBeUndefined();
  });
});

describe('what production was moved back to', () => {
  it.each([
    ['done', 'dpl_0'],
    ['rolling', 'dpl_0'],
    ['failed', undefined],
    ['superseded', undefined],
  ] as const)('is in a record whose rollback is %s: %p', (outcome, wanted) => {
    const smoke = { checks: [], rollback: { outcome, deploymentId: 'dpl_0' } };
    expect(line({ smoke }).rolledBackTo).toBe(wanted);
  });

  it('is nothing where nothing was tested, or all went well', () => {
    expect(line().rolledBackTo).toBeUndefined();
    expect(line({ smoke: { checks: [] } }).rolledBackTo).toBeUndefined();
  });
});

describe('what a file that does not hold claims', () => {
  it.each([undefined, null, 7, 'text', [], { predicate: [] }])('is a line without a word: %p', (said) => {
    const claimed = toRecordLine(said, 'intent');
    expect(claimed).toMatchObject({
      recordId: '',
      phase: 'intent',
      teamId: '',
      stepUuid: '',
      startedAt: 0,
      tokenIssuedAt: 0,
    });
    expect(Object.values(JSON.parse(JSON.stringify(claimed)) as object)).not.toContain(null);
  });

  it('is printable, bounded, and no link to anywhere', () => {
    const asserted = { branch: `a\n\u202e${'x'.repeat(600)}`, runUrl: 'javascript:alert(1)', commit: 7 };
    const oidc = { claims: { stepUuid: { a: 1 } }, tokenIssuedAt: 'soon' };
    const claimed = toRecordLine({ predicate: { bitbucket: { asserted }, oidc, phase: 'other' } }, undefined);
    expect(claimed.branch).toMatch(/^a\\u000a\\u202ex{509}$/);
    expect(claimed).toMatchObject({ phase: 'result', stepUuid: '', tokenIssuedAt: 0 });
    expect([claimed.runUrl, claimed.commit]).toEqual([undefined, undefined]);
  });
});
