import { describe, expect, it } from '@jest/globals';
import { readTime } from '../../src/record/claims.ts';
import { readTrust, verifyRecord } from '../../src/record/index.ts';
import {
  changeBound,
  CLAIMS,
  ISSUER,
  ISSUER_NAME,
  KEYLESS_TRUST,
  startStep,
  STEP,
  writeArchive,
} from './support/keyless.ts';
import { NO_SANDBOX, refusal } from './support/records.ts';

describe('a keyless record is refused that tells of', () => {
  it.each<{ field: string; change: (oidc: Record<string, unknown>) => unknown; fault: string }>([
    {
      field: 'audience',
      change: (oidc) => (oidc['audience'] = [CLAIMS.aud[0]]),
      fault: `oidc.audience is ["${String(CLAIMS.aud[0])}"], and the token has`,
    },
    {
      field: 'tokenIssuedAt',
      change: (oidc) => (oidc['tokenIssuedAt'] = '2026-11-23T11:58:00.000Z'),
      fault: 'oidc.tokenIssuedAt is "2026-11-23T11:58:00.000Z", and the token has "2026-11-23T11:59:00.000Z".',
    },
    {
      field: 'tokenExpiresAt',
      change: (oidc) => (oidc['tokenExpiresAt'] = '2099-11-23T12:59:00.000Z'),
      fault: 'oidc.tokenExpiresAt is "2099-11-23T12:59:00.000Z", and the token has "2026-11-23T12:59:00.000Z".',
    },
    {
      field: 'a claim',
      change: (oidc) => Object.assign(oidc['claims'] as object, { branchName: 'release' }),
      fault: 'oidc.claims["branchName"] is "release", and the token has "main".',
    },
    {
      field: 'a claim too many',
      change: (oidc) => Object.assign(oidc['claims'] as object, { deploymentEnvironment: 'production' }),
      fault: 'oidc.claims["deploymentEnvironment"] is "production", and the token has nothing.',
    },
    {
      field: 'a claim too few',
      change: (oidc) => Reflect.deleteProperty(oidc['claims'] as object, 'sub'),
      fault: 'oidc.claims["sub"] is nothing, and the token has "{repo}:{step}".',
    },
  ])('$field that the token does not have', async ({ change, fault }) => {
    const bundle = await changeBound((s) => change(s.predicate.oidc));
    const error = refusal('RECORD_INVALID', () => verifyRecord(bundle, KEYLESS_TRUST, NO_SANDBOX));
    expect(error.message).toBe('The record tells of another token than its proof.');
    expect(error.faults).toEqual([expect.stringContaining(fault)]);
  });

  it("the issuer of another token, under that issuer's name in the archive", async () => {
    const bundle = await changeBound((s) => Object.assign(s.predicate.oidc, { issuer: 'https://issuer.example' }));
    const issuerKeys = writeArchive({ 'https://issuer.example': [ISSUER], [ISSUER_NAME]: [ISSUER] });
    const { faults } = refusal('RECORD_INVALID', () => verifyRecord(bundle, readTrust({ issuerKeys }), NO_SANDBOX));
    expect(faults).toEqual([`oidc.issuer is "https://issuer.example", and the token has "${ISSUER_NAME}".`]);
  });

  it('a token whose times are none', async () => {
    const step = startStep({ ...CLAIMS, exp: 'never' });
    const bundle = await changeBound(() => undefined, { signer: step.signer, identity: STEP.identity });
    const { faults } = refusal('RECORD_INVALID', () => verifyRecord(bundle, KEYLESS_TRUST, NO_SANDBOX));
    expect(faults.join(' ')).toContain('oidc.tokenExpiresAt is "2026-11-23T12:59:00.000Z", and the token has nothing.');
  });
});

describe('a keyless record', () => {
  it('may repeat a claim in full that its reader, unlike its writer, takes for a token', async () => {
    const step = startStep({ ...CLAIMS, branchName: 'vcp_releaseOfMay' });
    const bundle = await changeBound(
      (s) => Object.assign(s.predicate.oidc.claims, { branchName: 'vcp_releaseOfMay' }),
      step,
    );
    expect(verifyRecord(bundle, KEYLESS_TRUST, NO_SANDBOX).assurance).toBe('held-token');
  });
});

describe('a time in a token', () => {
  it.each([
    { value: 0, at: 0 },
    { value: 1_795_435_140, at: 1_795_435_140_000 },
    { value: 253_402_300_799, at: 253_402_300_799_000 },
    ...[-1, 253_402_300_800, Infinity, NaN, '1795435140', null, undefined, true].map((value) => ({ value, at: NaN })),
  ])('is in seconds, to the end of the year 9999: $value', ({ value, at }) => {
    expect(readTime(value)).toBe(at);
  });
});
