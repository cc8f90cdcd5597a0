import { sign, verify } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { sha256Hex } from '../../src/digest.ts';
import { buildStatement, signRecord } from '../../src/record/index.ts';
import type { Signer } from '../../src/signing/types.ts';
import { makeKeyPair } from '../signing/support/keys.ts';
import { makeFacts, RECORD_ID } from './support/facts.ts';
import { KEY, makeRecord, pae, parseBundle, payloadText, SIGNER } from './support/records.ts';

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
