import { describe, expect, it } from '@jest/globals';
import { buildAuditResult, TEST_RESULT_TYPE, type AuditResultFacts } from '../../../src/audit/records/index.ts';
import { signAttestation, verifyAttestation } from '../../../src/record/index.ts';
import { AUDITOR, FOREIGN_MEMBER, STEP } from '../../record/support/attestations.ts';
import { KEYLESS_TRUST } from '../../record/support/keyless.ts';
import { ifOpenssl, runOpenssl } from '../../record/support/openssl.ts';
import { NOW, SIGNER, TRUST } from '../../record/support/records.ts';
import { verifyWithSigstore } from '../../record/support/sigstore.ts';

const FACTS: AuditResultFacts = {
  ...{ status: 1, url: 'https://bitbucket.org/acme/audit/pipelines/results/7' },
  outputs: [
    { name: 'audit.json', digest: 'a'.repeat(64) },
    { name: 'audit.csv', digest: 'b'.repeat(64) },
  ],
  configuration: [{ name: 'policies.yml', digest: 'c'.repeat(64) }],
  ...{ passed: ['VERIFIED'], warned: [], failed: ['UNEXPLAINED'] },
  ...{ signer: SIGNER, identity: undefined, signedAt: NOW },
};

describe("the statement of an audit's result", () => {
  it("is in-toto's test-result about the files that were written", () => {
    const { predicate, ...statement } = buildAuditResult(FACTS);
    expect(statement).toEqual({
      _type: 'https://in-toto.io/Statement/v1',
      predicateType: 'https://in-toto.io/attestation/test-result/v0.1',
      subject: [
        { name: 'audit.json', digest: { sha256: 'a'.repeat(64) } },
        { name: 'audit.csv', digest: { sha256: 'b'.repeat(64) } },
      ],
    });
    const { [FOREIGN_MEMBER]: signedBy, ...rest } = predicate;
    expect(rest).toEqual({
      result: 'FAILED',
      configuration: [{ name: 'policies.yml', digest: { sha256: 'c'.repeat(64) } }],
      url: 'https://bitbucket.org/acme/audit/pipelines/results/7',
      ...{ passedTests: ['VERIFIED'], warnedTests: [], failedTests: ['UNEXPLAINED'] },
    });
    expect(signedBy).toMatchObject({ signedAt: '2026-11-24T12:00:00.000Z' });
  });

  it.each([
    { status: 0 as const, result: 'PASSED' },
    { status: 1 as const, result: 'FAILED' },
    { status: 3 as const, result: 'WARNED' },
    { status: 4 as const, result: 'FAILED' },
  ])('of status $status is $result', ({ status, result }) => {
    expect(buildAuditResult({ ...FACTS, status }).predicate['result']).toBe(result);
  });

  ifOpenssl('holds under our verifier, openssl and @sigstore/verify', async () => {
    const { bundleJson } = await signAttestation(buildAuditResult(FACTS), SIGNER);
    const options = { predicateType: TEST_RESULT_TYPE, now: NOW, signer: AUDITOR };
    expect(verifyAttestation(bundleJson, TRUST, options).statement.predicate['result']).toBe('FAILED');
    expect(runOpenssl(bundleJson)).toEqual({ status: 0, stdout: 'Verified OK\n' });
    expect(() => verifyWithSigstore(bundleJson)).not.toThrow();
    const keyless = await signAttestation(buildAuditResult({ ...FACTS, ...STEP }), STEP.signer);
    expect(verifyAttestation(keyless.bundleJson, KEYLESS_TRUST, options).assurance).toBe('held-token');
  });
});
