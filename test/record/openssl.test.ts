import { createPublicKey } from 'node:crypto';
import { describe, expect } from '@jest/globals';
import { DENIED, INTENT } from './support/facts.ts';
import { makeKeyless } from './support/keyless.ts';
import { ifOpenssl, runOpenssl } from './support/openssl.ts';
import { changeBundle, makeRecord, payloadText } from './support/records.ts';

describe('openssl, over the pre-authentication encoding (skipped where there is no openssl),', () => {
  ifOpenssl.each([
    { name: 'a result', changes: {} },
    { name: 'an intent', changes: INTENT },
    { name: 'a denial', changes: DENIED },
    { name: 'a record with letters beyond ASCII', changes: { build: { branch: 'grün/ünï' } } },
  ])('accepts $name', async ({ changes }) => {
    const { bundleJson } = await makeRecord(changes);
    expect(runOpenssl(bundleJson)).toEqual({ status: 0, stdout: 'Verified OK\n' });
  });

  ifOpenssl('accepts a keyless record under the key of its proof', async () => {
    const { bundleJson, statement } = await makeKeyless();
    const header = statement.predicate.oidc.proof?.pkToken.signatures[1].protected ?? '';
    const { upk } = JSON.parse(Buffer.from(header, 'base64url').toString()) as { upk: Record<string, string> };
    const pem = createPublicKey({ key: upk, format: 'jwk' }).export({ type: 'spki', format: 'pem' }).toString();
    expect(runOpenssl(bundleJson, pem)).toEqual({ status: 0, stdout: 'Verified OK\n' });
    expect(runOpenssl(bundleJson)).toEqual({ status: 1, stdout: 'Verification failure\n' });
  });

  ifOpenssl('rejects a changed payload', async () => {
    const { bundleJson } = await makeRecord();
    const changed = changeBundle(bundleJson, ({ dsseEnvelope }) => {
      dsseEnvelope.payload = Buffer.from(payloadText(bundleJson).replace('prj_abc', 'prj_abd')).toString('base64');
    });
    expect(runOpenssl(changed)).toEqual({ status: 1, stdout: 'Verification failure\n' });
  });
});
