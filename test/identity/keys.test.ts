import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { PinnedKeys } from '../../src/identity/index.ts';
import { FakeIssuer, ISSUER, KEYS_URL, KID, failure, json, mint, toJwk, verify } from './support/issuer.ts';

const OTHER = 'https://api.bitbucket.org/2.0/workspaces/other/pipelines-config/identity/oidc';
const weak = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey;
const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey;
/** 8192 bits. */
const ONES = Buffer.alloc(1024, 0xff);
const good = { [ISSUER]: { keys: [toJwk()] } };
const old = { [ISSUER]: { keys: [toJwk(stranger, { kid: 'old' })] } };

const pin = (content: unknown, name = 'issuer-keys.json'): PinnedKeys => ({
  name,
  bytes: Buffer.from(typeof content === 'string' ? content : JSON.stringify(content)),
});

describe('pinned keys', () => {
  it.each([
    { name: 'by issuer', keys: [pin(good)], source: 'issuer-keys.json' },
    { name: 'as one JWK Set', keys: [pin({ keys: [toJwk()] })], source: 'issuer-keys.json' },
    {
      name: 'beside those of other issuers',
      keys: [pin({ [OTHER]: { keys: [] }, ...good })],
      source: 'issuer-keys.json',
    },
    {
      name: 'with the first file without the issuer',
      keys: [pin({ [OTHER]: {} }, 'one'), pin(good, 'two')],
      source: 'two',
    },
    { name: 'with the first file without the key', keys: [pin(old, 'one'), pin(good, 'two')], source: 'two' },
    { name: 'with both files good', keys: [pin(good, 'one'), pin(good, 'two')], source: 'one' },
    {
      name: 'with a private key in the file',
      keys: [pin({ [ISSUER]: { keys: [toJwk(undefined, { d: 'AQAB' })] } })],
      source: 'issuer-keys.json',
    },
  ])('are used without a request: $name', async ({ keys, source }) => {
    const issuer = new FakeIssuer({});
    await expect(verify({ issuer, keys })).resolves.toMatchObject({ keyId: KID, keySource: source });
    expect(issuer.asked).toEqual([]);
  });

  it.each([
    { name: 'none at all', keys: [] },
    { name: 'the issuer in none', keys: [pin({ [OTHER]: { keys: [toJwk()] } })] },
    { name: 'another key of the issuer alone', keys: [pin(old)] },
  ])('leave it to the issuer: $name', async ({ keys }) => {
    const issuer = new FakeIssuer();
    await expect(verify({ issuer, keys })).resolves.toMatchObject({ keyId: KID, keySource: 'fetched' });
    expect(issuer.asked).toEqual([KEYS_URL]);
  });

  it('ask for a key that neither they nor the issuer know once, and name what there is', async () => {
    const issuer = new FakeIssuer();
    const token = await mint({ header: { kid: 'unknown' } });
    const error = await failure(verify({ issuer, token, keys: [pin(old)] }));
    expect(error).toMatchObject({
      code: 'TOKEN_INVALID',
      message: 'The OIDC token names a key that its issuer does not publish.',
      got: 'kid "unknown"',
      wanted: `one of ["old","${KID}"]`,
    });
    expect(issuer.asked).toEqual([KEYS_URL]);
  });

  it('with the id of the right key do not make a wrong key right', async () => {
    const issuer = new FakeIssuer();
    const keys = [pin({ [ISSUER]: { keys: [toJwk(stranger)] } })];
    expect(await failure(verify({ issuer, keys }))).toMatchObject({
      code: 'TOKEN_INVALID',
      message: expect.stringContaining('is not from its issuer'),
    });
    expect(issuer.asked).toEqual([]);
  });

  it.each([
    { name: 'no JSON', content: '{', got: 'no JSON object' },
    { name: 'a list', content: [toJwk()], got: 'no JSON object' },
    { name: 'a number', content: 7, got: 'no JSON object' },
    { name: 'an issuer without keys', content: { [ISSUER]: {} }, got: `no such key for "${ISSUER}"`.slice(0, 30) },
    { name: 'an empty set', content: { keys: [] }, got: 'no such key' },
    { name: 'a weak key', content: { [ISSUER]: { keys: [toJwk(weak)] } }, got: 'no such key' },
    { name: 'a secret', content: { [ISSUER]: { keys: [{ kty: 'oct', kid: KID, k: 'AAAA' }] } }, got: 'no such key' },
  ])('end the run before a request where they hold $name', async ({ content, got }) => {
    const issuer = new FakeIssuer();
    expect(await failure(verify({ issuer, keys: [pin(content)] }))).toMatchObject({
      code: 'TRUST_MATERIAL_INVALID',
      exitStatus: 2,
      message: 'The pinned keys in issuer-keys.json cannot be used. Nothing was sent.',
      got: expect.stringContaining(got),
    });
    expect(issuer.asked).toEqual([]);
  });

  it.each([
    { name: 'of another kind', more: { kty: 'EC' } },
    { name: 'that encrypts', more: { use: 'enc' } },
    { name: 'of another algorithm', more: { alg: 'RS512' } },
    { name: 'without an id', more: { kid: undefined } },
    { name: 'with an id that is empty', more: { kid: '' } },
    { name: 'with an id that is a number', more: { kid: 7 } },
    { name: 'without a modulus', more: { n: undefined } },
    { name: 'without an exponent', more: { e: undefined } },
    { name: 'of 8193 bits', more: { n: Buffer.concat([Buffer.of(1), ONES]).toString('base64url') } },
    { name: 'that is no object', more: undefined },
  ])('end the run where the only one is a key $name', async ({ more }) => {
    const issuer = new FakeIssuer();
    const keys = [pin({ [ISSUER]: { keys: [more ? toJwk(undefined, more) : null] } })];
    expect(await failure(verify({ issuer, keys }))).toMatchObject({
      code: 'TRUST_MATERIAL_INVALID',
      got: `no such key for "${ISSUER}"`,
    });
    expect(issuer.asked).toEqual([]);
  });

  it.each([
    { name: 'says neither use nor algorithm', more: { use: undefined, alg: undefined } },
    { name: 'says its use alone', more: { alg: undefined } },
    { name: 'says its algorithm alone', more: { use: undefined } },
  ])('are used where one $name', async ({ more }) => {
    const keys = [pin({ [ISSUER]: { keys: [toJwk(undefined, more)] } })];
    await expect(verify({ issuer: new FakeIssuer({}), keys })).resolves.toMatchObject({
      keySource: 'issuer-keys.json',
    });
  });

  it('may have 8192 bits', async () => {
    const long = toJwk(undefined, { kid: 'long', n: ONES.toString('base64url') });
    const keys = [pin({ [ISSUER]: { keys: [long] } })];
    await expect(verify({ keys })).resolves.toMatchObject({ keySource: 'fetched' });
  });

  it('must say whose they are where several issuers are expected', async () => {
    const issuer = new FakeIssuer();
    const keys = [pin({ keys: [toJwk()] })];
    expect(await failure(verify({ issuer, keys, issuers: [ISSUER, OTHER] }))).toMatchObject({
      code: 'TRUST_MATERIAL_INVALID',
      got: 'one JWK Set, and several issuers are expected',
    });
  });
});

describe('an issuer that wants us to wait', () => {
  const later = (seconds: number): object => ({ ...json({}, 429), headers: { 'retry-after': String(seconds) } });

  it('is asked again after that time', async () => {
    const slept: number[] = [];
    const issuer = new FakeIssuer({ [KEYS_URL]: [later(20), json({ keys: [toJwk()] })] as never });
    await verify({ issuer, slept });
    expect(slept).toEqual([20_000]);
  });

  it('is not waited for longer than 20 seconds; the error names the way without it', async () => {
    const slept: number[] = [];
    const issuer = new FakeIssuer({ [KEYS_URL]: [later(21)] as never });
    expect(await failure(verify({ issuer, slept }))).toMatchObject({
      code: 'ISSUER_KEYS_UNAVAILABLE',
      got: 'status 429: Bitbucket allows 60 anonymous requests an hour and address',
      fix: expect.stringMatching(/COMMAND: doctor writes issuer-keys\.json[^]*keys:/),
    });
    expect(slept).toEqual([]);
  });
});
