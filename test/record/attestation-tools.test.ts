import { describe, expect, it } from '@jest/globals';
import { signAttestation } from '../../src/record/index.ts';
import { makeKeyPair } from '../signing/support/keys.ts';
import { build, FOREIGN, make, makeKeyless, STEP, TYPE } from './support/attestations.ts';
import { ISSUED_AT } from './support/keyless.ts';
import { ifOpenssl, runOpenssl } from './support/openssl.ts';
import { SIGNER } from './support/records.ts';
import { verifyWithSigstore } from './support/sigstore.ts';
import { stampAt } from './support/stamped.ts';

describe('of an attestation, public tools', () => {
  ifOpenssl.each([TYPE, FOREIGN])('openssl accepts %s', async (predicateType) => {
    const { bundleJson } = await signAttestation(build(SIGNER, undefined, predicateType), SIGNER);
    expect(runOpenssl(bundleJson)).toEqual({ status: 0, stdout: 'Verified OK\n' });
    expect(runOpenssl(bundleJson, makeKeyPair().publicPem)).toEqual({ status: 1, stdout: 'Verification failure\n' });
  });

  it('@sigstore/verify accepts one by a key, and a keyless one with a timestamp', async () => {
    const { bundleJson } = await make();
    expect(() => verifyWithSigstore(bundleJson)).not.toThrow();
    const timed = await makeKeyless(FOREIGN, STEP, stampAt(ISSUED_AT + 1000));
    expect(() => verifyWithSigstore(timed.bundleJson, STEP.signer, 1)).not.toThrow();
    expect(() => verifyWithSigstore(timed.bundleJson)).toThrow('key not found');
  });
});
