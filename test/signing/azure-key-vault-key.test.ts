import { sign, verify } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { Answer } from '../http/support/fake-network.ts';
import {
  answer,
  DATA,
  KID,
  privateKey,
  publicKey,
  run,
  SETTINGS,
  shown,
  signed,
  VAULT,
  VERSION,
} from './support/azure.ts';

/** SHA-256 of `statement`, base64url: `printf statement | openssl dgst -sha256 -binary | basenc --base64url`. */
const DIGEST = 'sRHG4dMY8gMGPlwWurQ8EIMmrwqi97ZXYMlVR6Q9vlI';
/** The bench's clock, in seconds. */
const NOW = 1000;

describe('a key of Azure Key Vault', () => {
  it('signs a digest with the version whose public half was read', async () => {
    const { outcome, sent } = await run([shown(), signed()]);
    expect(outcome.keyUri).toBe(KID);
    const key = { key: outcome.publicKeyPem, dsaEncoding: 'ieee-p1363' } as const;
    expect(verify('sha256', DATA, key, outcome.raw)).toBe(true);
    expect(sent.map(({ method, url }) => `${method} ${url}`)).toEqual([
      `GET ${VAULT}/keys/deploy-records?api-version=7.4`,
      `POST ${KID}/sign?api-version=7.4`,
    ]);
    expect(sent.map(({ headers }) => headers['authorization'])).toEqual(
      Array.from({ length: 2 }, () => 'Bearer entra-token-canary'),
    );
    expect(JSON.parse(Buffer.from(sent[1]?.body as Uint8Array).toString())).toEqual({ alg: 'ES256', value: DIGEST });
  });

  it('asks for the version that the policy names, of a key in software, with its name in the case of the vault', async () => {
    const kid = `${VAULT}/keys/Deploy-Records/${VERSION}`;
    const { outcome, sent } = await run([shown({ kid, kty: 'EC' }), signed({ kid })], {
      ...SETTINGS,
      version: VERSION,
    });
    expect(outcome.keyUri).toBe(kid);
    expect(sent[0]?.url).toBe(`${KID}?api-version=7.4`);
  });

  it.each<{ name: string; answer: Answer; code: string; got: RegExp }>([
    {
      name: 'another version than asked',
      answer: shown({ kid: KID.replace('0', 'f') }),
      code: 'CREDENTIAL_INVALID',
      got: /^kid of another key$/,
    },
    {
      name: 'another vault',
      answer: shown({ kid: KID.replace('acme', 'evil') }),
      code: 'CREDENTIAL_INVALID',
      got: /^kid of another key$/,
    },
    {
      name: 'no signing',
      answer: shown({ key_ops: ['verify'] }),
      code: 'EXCHANGE_NOT_ENABLED',
      got: /key_ops without sign$/,
    },
    {
      name: 'no operations',
      answer: shown({ key_ops: null }),
      code: 'EXCHANGE_NOT_ENABLED',
      got: /key_ops without sign$/,
    },
    { name: 'a curve of coins', answer: shown({ crv: 'P-256K' }), code: 'EXCHANGE_NOT_ENABLED', got: /crv P-256K/ },
    { name: 'no point', answer: shown({ x: 'AAAA' }), code: 'CREDENTIAL_INVALID', got: /^x string, y string$/ },
    {
      name: 'a switch that is off',
      answer: shown({}, { enabled: false }),
      code: 'CREDENTIAL_INVALID',
      got: /^it is disabled$/,
    },
    {
      name: 'no switch',
      answer: answer(200, { key: { kid: KID, ...publicKey.export({ format: 'jwk' }), key_ops: ['sign'] } }),
      code: 'CREDENTIAL_INVALID',
      got: /^it is disabled$/,
    },
    {
      name: 'an end that has come',
      answer: shown({}, { exp: NOW }),
      code: 'CREDENTIAL_INVALID',
      got: /^it has expired$/,
    },
    {
      name: 'a beginning to come',
      answer: shown({}, { nbf: NOW + 1 }),
      code: 'CREDENTIAL_INVALID',
      got: /^it is not active yet$/,
    },
  ])('is not used with $name', async ({ answer: read, code, got }) => {
    const { outcome, sent } = await run([read], { ...SETTINGS, version: VERSION });
    expect(outcome).toMatchObject({ code, got: expect.stringMatching(got) });
    expect(outcome.message).toMatch(/\(signer azure-key-vault\)/);
    expect(sent).toHaveLength(1);
  });

  it.each(['..', '.', 'a b', '0?x=', ''])('is not used with the version %j in its name', async (version) => {
    const { outcome, sent } = await run([shown({ kid: `${VAULT}/keys/deploy-records/${version}` })]);
    expect(outcome).toMatchObject({ code: 'CREDENTIAL_INVALID', got: 'kid of another key' });
    expect(sent).toHaveLength(1);
  });

  it('is used between its dates', async () => {
    const { outcome } = await run([shown({}, { nbf: NOW, exp: NOW + 1 }), signed()]);
    expect(outcome.raw).toHaveLength(64);
  });

  it.each<{ name: string; more: object; got: RegExp }>([
    {
      name: 'other data',
      more: {
        value: sign('sha256', Buffer.from('x'), { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url'),
      },
      got: /does not verify/,
    },
    { name: 'DER', more: { value: sign('sha256', DATA, privateKey).toString('base64url') }, got: /does not verify/ },
    { name: 'nothing', more: { value: undefined }, got: /does not verify/ },
    { name: 'another version', more: { kid: KID.replace('0', 'f') }, got: /^kid of another key$/ },
    { name: 'no key', more: { kid: undefined }, got: /^kid undefined$/ },
  ])('gives no signature of $name', async ({ more, got }) => {
    const { outcome } = await run([shown(), signed(more)]);
    expect(outcome).toMatchObject({ code: 'CREDENTIAL_INVALID', got: expect.stringMatching(got) });
  });
});
