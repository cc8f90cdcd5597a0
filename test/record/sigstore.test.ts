import { createPublicKey, sign } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { bundleFromJSON } from '@sigstore/bundle';
import { toSignedEntity, Verifier, type TrustMaterial } from '@sigstore/verify';
import { makeKeyPair } from '../signing/support/keys.ts';
import { DENIED, INTENT } from './support/facts.ts';
import { changeBundle, KEY, makeRecord, pae, payloadText, resign, signatureOf, SIGNER } from './support/records.ts';

const { bundleJson: GOOD } = await makeRecord();

/** As an auditor sets it up for a key of its own: no log, no timestamp. */
function verifyWithSigstore(bundleJson: string): void {
  const trust: TrustMaterial = {
    certificateAuthorities: [],
    timestampAuthorities: [],
    tlogs: [],
    ctlogs: [],
    publicKey: (hint) => {
      if (hint !== SIGNER.keyId) throw new Error(`key not found: ${hint}`);
      return { publicKey: createPublicKey(KEY.publicPem), validFor: () => true };
    },
  };
  const verifier = new Verifier(trust, { tlogThreshold: 0, ctlogThreshold: 0, timestampThreshold: 0 });
  verifier.verify(toSignedEntity(bundleFromJSON(JSON.parse(bundleJson))));
}

describe('@sigstore/verify', () => {
  it.each([
    { name: 'a result', changes: {} },
    { name: 'an intent', changes: INTENT },
    { name: 'a denial', changes: DENIED },
  ])('accepts $name', async ({ changes }) => {
    const { bundleJson } = await makeRecord(changes);
    expect(() => verifyWithSigstore(bundleJson)).not.toThrow();
  });

  it.each([
    {
      name: 'a changed payload',
      bundle: changeBundle(GOOD, ({ dsseEnvelope }) => {
        dsseEnvelope.payload = Buffer.from(payloadText(GOOD).replace('prj_abc', 'prj_abd')).toString('base64');
      }),
      text: 'signature verification failed',
    },
    {
      name: 'another payload type',
      bundle: changeBundle(GOOD, ({ dsseEnvelope }) => (dsseEnvelope.payloadType = 'application/json')),
      text: 'signature verification failed',
    },
    {
      name: "another key's signature",
      bundle: resign(GOOD, payloadText(GOOD), makeKeyPair().pkcs8),
      text: 'signature verification failed',
    },
    {
      name: 'a raw signature',
      bundle: changeBundle(GOOD, (bundle) => {
        const data = pae(Buffer.from(payloadText(GOOD)));
        signatureOf(bundle).sig = sign('sha256', data, { key: KEY.pkcs8, dsaEncoding: 'ieee-p1363' }).toString(
          'base64',
        );
      }),
      text: 'signature verification failed',
    },
    {
      name: 'two signatures',
      bundle: changeBundle(GOOD, (bundle) => bundle.dsseEnvelope.signatures.push(signatureOf(bundle))),
      text: 'invalid bundle',
    },
    { name: 'an unknown key', bundle: GOOD.replaceAll(SIGNER.keyId, 'SHA256:other'), text: 'key not found' },
  ])('rejects $name', ({ bundle, text }) => {
    expect(() => verifyWithSigstore(bundle)).toThrow(text);
  });
});
