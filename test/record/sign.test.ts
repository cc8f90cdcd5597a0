import { sign, verify } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { sha256Hex } from '../../src/digest.ts';
import { buildStatement, signRecord } from '../../src/record/index.ts';
import type { Signer } from '../../src/signing/types.ts';
import { makeIssuer } from '../openpubkey/support/issuer.ts';
import { makeKeyPair } from '../signing/support/keys.ts';
import { makeFacts, RECORD_ID } from './support/facts.ts';
import { stateOf, STEP } from './support/keyless.ts';
import { KEY, makeRecord, pae, parseBundle, payloadText, SIGNER } from './support/records.ts';
import { stampAt } from './support/stamped.ts';

const other = makeKeyPair();

describe('signRecord', () => {
  it('makes a Sigstore bundle v0.3 and nothing more', async () => {
    const { bundleJson } = await makeRecord();
    expect(parseBundle(bundleJson)).toEqual({
      mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
      verificationMaterial: { publicKey: { hint: SIGNER.keyId }, tlogEntries: [] },
      dsseEnvelope: {
        payload: expect.stringMatching(/^[A-Za-z0-9+/]+={0,2}$/),
        payloadType: 'application/vnd.in-toto+json',
        signatures: [{ keyid: SIGNER.keyId, sig: expect.stringMatching(/^ME[A-Za-z0-9+/]+={0,2}$/) }],
      },
    });
    expect(JSON.stringify(JSON.parse(bundleJson))).toBe(bundleJson);
  });

  it('signs the pre-authentication encoding of the statement', async () => {
    const { bundleJson, statement, payloadDigest, recordId, phase } = await makeRecord();
    const payload = payloadText(bundleJson);
    const sig = Buffer.from(parseBundle(bundleJson).dsseEnvelope.signatures[0]?.sig ?? '', 'base64');
    expect(verify('sha256', pae(Buffer.from(payload)), KEY.publicPem, sig)).toBe(true);
    expect(JSON.parse(payload)).toEqual(statement);
    expect(payloadDigest).toBe(sha256Hex(payload));
    expect({ recordId, phase }).toEqual({ recordId: RECORD_ID, phase: 'result' });
  });

  it.each<{ name: string; sign: Signer['sign']; got: string }>([
    {
      name: 'a signature by another key',
      sign: (data) => Promise.resolve(sign('sha256', data, other.pkcs8)),
      got: 'a signature that the key did not make over these bytes',
    },
    {
      name: 'a raw signature',
      sign: (data) => Promise.resolve(sign('sha256', data, { key: KEY.pkcs8, dsaEncoding: 'ieee-p1363' })),
      got: '64 raw bytes',
    },
  ])('refuses $name before anyone relies on it', async ({ sign: wrong, got }) => {
    const statement = buildStatement(makeFacts(SIGNER));
    await expect(signRecord(statement, { ...SIGNER, sign: wrong })).rejects.toMatchObject({
      code: 'SIGNATURE_INVALID',
      got: expect.stringContaining(got),
    });
  });

  it('refuses a statement that its own verifier would refuse, as a bug', async () => {
    const statement = buildStatement(makeFacts(SIGNER, { recordId: 'not a UUID' }));
    await expect(signRecord(statement, SIGNER)).rejects.toMatchObject({
      code: 'INTERNAL',
      got: expect.stringContaining('"/predicate/recordId" is "not a UUID"; wanted: a lower-case UUID'),
    });
  });

  it("lets the signer's own error through", async () => {
    const failing: Signer = { ...SIGNER, sign: () => Promise.reject(new Error('the key service is away')) };
    await expect(signRecord(buildStatement(makeFacts(SIGNER)), failing)).rejects.toThrow('the key service is away');
  });
});

describe('signRecord by a key that is bound to a token', () => {
  const statement = stateOf(STEP);

  it('adds the proof to what the token proves, and to nothing else', async () => {
    const signed = (await signRecord(statement, STEP.signer)).statement;
    const { proof, ...oidc } = signed.predicate.oidc;
    expect(proof).toMatchObject({ type: 'openpubkey-gq256', pkToken: { signatures: [{}, {}] } });
    expect({ ...signed, predicate: { ...signed.predicate, oidc } }).toEqual(statement);
  });

  it.each([
    { name: 'of another statement', digest: () => 'ab'.repeat(32), text: 'The proof belongs to another statement.' },
    { name: 'for the payload with its proof', digest: sha256Hex, text: 'The proof belongs to another statement.' },
  ])('refuses a proof $name, as a bug', async ({ digest, text }) => {
    const { binding } = STEP.signer;
    const signer = { ...STEP.signer, binding: { ...binding, bind: (own: string) => binding.bind(digest(own)) } };
    await expect(signRecord(statement, signer)).rejects.toMatchObject({
      code: 'INTERNAL',
      got: expect.stringContaining(text),
    });
  });

  it("refuses a proof that is not by the issuer's key", async () => {
    const { issuerKey } = makeIssuer();
    const signer = { ...STEP.signer, binding: { ...STEP.signer.binding, issuerKey } };
    await expect(signRecord(statement, signer)).rejects.toMatchObject({
      code: 'SIGNATURE_INVALID',
      message: expect.stringContaining('The proof does not hold'),
    });
  });
});

describe('signRecord with a timestamp', () => {
  const statement = buildStatement(makeFacts(SIGNER));
  const at = Date.UTC(2026, 10, 23, 12, 1);

  it('puts one of the signature into the bundle', async () => {
    const stamps: { of: string; reply: string }[] = [];
    const { bundleJson } = await signRecord(statement, SIGNER, async (signature) => {
      const reply = await stampAt(at)(signature);
      stamps.push({ of: encode(signature), reply: encode(reply) });
      return reply;
    });
    const { verificationMaterial, dsseEnvelope } = parseBundle(bundleJson);
    expect(stamps.map(({ of }) => of)).toEqual([dsseEnvelope.signatures[0]?.sig]);
    expect(verificationMaterial).toEqual({
      publicKey: { hint: SIGNER.keyId },
      tlogEntries: [],
      timestampVerificationData: { rfc3161Timestamps: [{ signedTimestamp: stamps[0]?.reply }] },
    });
  });

  it.each([
    { name: 'of another signature', reply: () => stampAt(at)(new Uint8Array([1])), code: 'SIGNATURE_INVALID' },
    { name: 'that is none', reply: () => Promise.resolve(new Uint8Array([1])), code: 'RECORD_INVALID' },
  ])('refuses one $name', async ({ reply, code }) => {
    await expect(signRecord(statement, SIGNER, reply)).rejects.toMatchObject({ code });
  });

  it("lets the authority's own error through", async () => {
    const away = (): Promise<Uint8Array> => Promise.reject(new Error('the authority is away'));
    await expect(signRecord(statement, SIGNER, away)).rejects.toThrow('the authority is away');
  });

  it('asks for none where the signature is no good', async () => {
    const asked: Uint8Array[] = [];
    const wrong: Signer = { ...SIGNER, sign: (data) => Promise.resolve(sign('sha256', data, other.pkcs8)) };
    const stamp = (signature: Uint8Array): Promise<Uint8Array> => {
      asked.push(signature);
      return stampAt(at)(signature);
    };
    await expect(signRecord(statement, wrong, stamp)).rejects.toMatchObject({ code: 'SIGNATURE_INVALID' });
    expect(asked).toEqual([]);
  });
});

function encode(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
