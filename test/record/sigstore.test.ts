import { sign } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { makeKeyPair } from '../signing/support/keys.ts';
import { DENIED, INTENT } from './support/facts.ts';
import { makeKeyless, startStep, STEP } from './support/keyless.ts';
import { changeBundle, KEY, makeRecord, pae, payloadText, resign, signatureOf, SIGNER } from './support/records.ts';
import { KEY_END, verifyWithSigstore } from './support/sigstore.ts';
import { stampAt } from './support/stamped.ts';

const { bundleJson: GOOD } = await makeRecord();

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
