import { createHash, createPublicKey } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { compactVerify, importSPKI } from 'jose';
import { nextSerial, signPolicy } from '../../src/boundary/sign.ts';
import { createKeySigner } from '../../src/signing/index.ts';
import type { Signer } from '../../src/signing/types.ts';
import { readPolicyAddress } from '../../src/variables/policy-choice.ts';
import { GOOD } from '../policy/support/policy.ts';
import { makeKeyPair } from '../signing/support/keys.ts';

const pair = makeKeyPair();
const signer = createKeySigner(pair.pkcs8);
const policy = new TextEncoder().encode(`${GOOD}# ü, CR\r\n`);
const NOW = Date.UTC(2026, 10, 24, 12, 0, 0, 999);
const SECONDS = Date.UTC(2026, 10, 24, 12) / 1000;

describe('a signed policy', () => {
  it('is a compact JWS around the exact bytes', async () => {
    const jws = await signPolicy(policy, signer, 7);
    const { payload, protectedHeader } = await compactVerify(jws, await importSPKI(pair.publicPem, 'ES256'));
    const spki = createPublicKey(pair.publicPem).export({ type: 'spki', format: 'der' });
    expect(protectedHeader).toEqual({
      alg: 'ES256',
      kid: createHash('sha256').update(spki).digest('hex'),
      typ: 'deploy-policy+jws',
      serial: 7,
    });
    expect(Buffer.from(payload).equals(policy)).toBe(true);
    expect(jws).toMatch(/^[\w-]+\.[\w-]+\.[\w-]{86}$/);
  });

  it('is not given out where its signature does not verify', async () => {
    const other = createKeySigner(makeKeyPair().pkcs8);
    const confused: Signer = { ...signer, sign: (data) => other.sign(data) };
    await expect(signPolicy(policy, confused, 7)).rejects.toThrow('signature verification failed');
  });

  it.each([0, -1, 1.5, Number.NaN, 1e15])('has no serial %p', async (serial) => {
    await expect(signPolicy(policy, signer, serial)).rejects.toMatchObject({ code: 'USAGE', got: String(serial) });
  });

  it('fits into what pipes read', async () => {
    const fitting = new Uint8Array(196_000);
    expect((await signPolicy(fitting, signer, 1)).length).toBeLessThanOrEqual(256 * 1024);
    await expect(signPolicy(new Uint8Array(197_000), signer, 1)).rejects.toMatchObject({
      code: 'FILE_TOO_LARGE',
      got: expect.stringMatching(/^26\d{4} bytes for a policy of 197000$/),
    });
  });
});

describe('the next serial', () => {
  const signed = (serial: number): Promise<string> => signPolicy(policy, signer, serial);

  it('is the time in seconds where nothing is said', async () => {
    expect(await nextSerial({ now: NOW }, signer)).toBe(SECONDS);
  });

  it('is one that POLICY can ask for, the highest too', () => {
    const url = 'https://policies.example.com/deploy-policy.jws#serial=999999999999999';
    expect(readPolicyAddress(url, true, [])?.minSerial).toBe(999_999_999_999_999);
    expect(readPolicyAddress(`${url}9`, true, [])?.minSerial).toBeUndefined();
  });

  it('is the one given', async () => {
    expect(await nextSerial({ given: 12, now: NOW }, signer)).toBe(12);
    expect(await nextSerial({ given: 12, after: await signed(11), now: NOW }, signer)).toBe(12);
  });

  it('counts on from the policy before, a line end behind it or not', async () => {
    expect(await nextSerial({ after: await signed(41), now: NOW }, signer)).toBe(42);
    expect(await nextSerial({ after: `${await signed(41)}\n`, now: NOW }, signer)).toBe(42);
  });

  it.each([{ given: 11 }, { given: 12 }])('is refused where $given does not exceed 12', async ({ given }) => {
    await expect(nextSerial({ given, after: await signed(12), now: NOW }, signer)).rejects.toMatchObject({
      code: 'USAGE',
      got: String(given),
      wanted: expect.stringContaining('from 13 to'),
    });
  });

  it('is refused beyond what POLICY can ask for', async () => {
    const after = await signed(999_999_999_999_999);
    await expect(nextSerial({ after, now: NOW }, signer)).rejects.toMatchObject({ code: 'USAGE' });
  });

  it.each([0, 1.5, -3])('is not %p', async (given) => {
    await expect(nextSerial({ given, now: NOW }, signer)).rejects.toMatchObject({ code: 'USAGE', got: String(given) });
  });

  const foreign = signPolicy(policy, createKeySigner(makeKeyPair().pkcs8), 9_000_000_000);
  it.each([
    { name: 'another key', after: () => foreign },
    { name: 'nobody', after: () => Promise.resolve('version: 1\n') },
    { name: 'this key, but changed', after: async () => (await signed(5)).replace('.', '.A') },
  ])('does not follow a policy signed by $name', async ({ after }) => {
    await expect(nextSerial({ after: await after(), now: NOW }, signer)).rejects.toMatchObject({
      code: 'SIGNATURE_INVALID',
      wanted: expect.stringMatching(/by the key [0-9a-f]{64}$/),
    });
  });
});
