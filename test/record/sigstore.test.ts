import { createPublicKey, sign } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { bundleFromJSON } from '@sigstore/bundle';
import { toSignedEntity, toTrustMaterial, Verifier } from '@sigstore/verify';
import type { Signer } from '../../src/signing/types.ts';
import { makeKeyPair } from '../signing/support/keys.ts';
import { DENIED, INTENT } from './support/facts.ts';
import { makeKeyless, startStep, STEP } from './support/keyless.ts';
import { changeBundle, KEY, makeRecord, pae, payloadText, resign, signatureOf, SIGNER } from './support/records.ts';
import { stampAt } from './support/stamped.ts';
import { CA, ROOT, TSA } from './support/timestamps.ts';

const { bundleJson: GOOD } = await makeRecord();

const KEY_END = Date.UTC(2026, 10, 23, 13);

/** As an auditor sets it up for a key of its own: no log; of each record a timestamp, or of none. */
function verifyWithSigstore(bundleJson: string, { keyId, publicKeyPem }: Signer = SIGNER, timestamps = 0): void {
  const certificates = [TSA, CA, ROOT].map(({ certificate }) => ({ rawBytes: Buffer.from(certificate) }));
  const validFor = { start: new Date(0) };
  const authority = { subject: undefined, uri: '', certChain: { certificates }, validFor, operator: '' };
  const root = { mediaType: '', tlogs: [], certificateAuthorities: [], ctlogs: [], timestampAuthorities: [authority] };
  const trust = toTrustMaterial(root, (hint) => {
    if (hint !== keyId) throw new Error(`key not found: ${hint}`);
    return { publicKey: createPublicKey(publicKeyPem), validFor: (at) => at.getTime() <= KEY_END };
  });
  const verifier = new Verifier(trust, { tlogThreshold: 0, ctlogThreshold: 0, timestampThreshold: timestamps });
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

  it('accepts a keyless record under its ephemeral key', async () => {
    const { bundleJson } = await makeKeyless();
    expect(() => verifyWithSigstore(bundleJson, STEP.signer)).not.toThrow();
    expect(() => verifyWithSigstore(bundleJson, startStep().signer)).toThrow('key not found');
  });

  it('accepts a timestamp of ours within the time of the key, and none after it', async () => {
    const { bundleJson } = await makeKeyless({}, STEP, stampAt(KEY_END - 1000));
    expect(() => verifyWithSigstore(bundleJson, STEP.signer, 1)).not.toThrow();
    const late = await makeKeyless({}, STEP, stampAt(KEY_END + 1000));
    expect(() => verifyWithSigstore(late.bundleJson, STEP.signer, 1)).toThrow('not valid');
    const none = await makeKeyless();
    expect(() => verifyWithSigstore(none.bundleJson, STEP.signer, 1)).toThrow('expected 1 timestamps, got 0');
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
