import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { PipeError } from '../../src/errors.ts';
import {
  DISCOVERY_URL,
  FakeIssuer,
  ISSUER,
  KEYS_URL,
  KID,
  failure,
  json,
  mint,
  toJwk,
  verify,
} from '../identity/support/issuer.ts';
import type { Answer } from '../identity/support/issuer.ts';

const GOOD = json({ keys: [toJwk()] });
const NOT_FOUND: Answer = { status: 404, body: '' };
const RESET = Object.assign(new Error('no answer'), { name: 'NetworkFault', detail: 'ECONNRESET' });
const weak = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey;
const curve = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey;
const elsewhere = `${ISSUER}/other/keys.json`;

describe('keys that cannot be had', () => {
  it.each<{ name: string; answers: Record<string, (Answer | Error)[]>; text: string; requests: number }>([
    { name: 'no answer', answers: { [KEYS_URL]: [RESET] }, text: 'ECONNRESET', requests: 3 },
    { name: 'status 500', answers: { [KEYS_URL]: [json({}, 500)] }, text: 'status 500', requests: 3 },
    {
      name: 'status 429',
      answers: { [KEYS_URL]: [json({}, 429)] },
      text: '60 anonymous requests an hour',
      requests: 3,
    },
    { name: 'status 403', answers: { [KEYS_URL]: [json({}, 403)] }, text: 'status 403', requests: 1 },
    {
      name: 'a redirect',
      answers: { [KEYS_URL]: [{ ...NOT_FOUND, status: 302, headers: { location: 'https://mallory.example/' } }] },
      text: 'redirect',
      requests: 1,
    },
    {
      name: 'no JSON',
      answers: { [KEYS_URL]: [{ status: 200, body: '<html>' }] },
      text: 'no JSON object',
      requests: 1,
    },
    {
      name: 'too much',
      answers: { [KEYS_URL]: [{ status: 200, body: ' '.repeat(256 * 1024 + 1) }] },
      text: 'too large',
      requests: 1,
    },
    { name: 'no key set', answers: { [KEYS_URL]: [json({ keys: 'none' })] }, text: 'no RSA key', requests: 1 },
    {
      name: 'entries that are no keys',
      answers: { [KEYS_URL]: [json({ keys: [null, 7, 'x', {}] })] },
      text: 'no RSA key',
      requests: 1,
    },
    { name: 'an empty key set', answers: { [KEYS_URL]: [json({ keys: [] })] }, text: 'no RSA key', requests: 1 },
    {
      name: 'a key for encryption',
      answers: { [KEYS_URL]: [json({ keys: [toJwk(undefined, { use: 'enc' })] })] },
      text: 'no RSA key',
      requests: 1,
    },
    {
      name: 'a key without kid',
      answers: { [KEYS_URL]: [json({ keys: [toJwk(undefined, { kid: undefined })] })] },
      text: 'no RSA key',
      requests: 1,
    },
    {
      name: 'a key for another algorithm',
      answers: { [KEYS_URL]: [json({ keys: [toJwk(undefined, { alg: 'PS256' })] })] },
      text: 'no RSA key',
      requests: 1,
    },
    {
      name: 'a key of 1024 bits',
      answers: { [KEYS_URL]: [json({ keys: [toJwk(weak)] })] },
      text: 'no RSA key',
      requests: 1,
    },
    {
      name: 'a key on a curve',
      answers: { [KEYS_URL]: [json({ keys: [toJwk(curve, { alg: undefined })] })] },
      text: 'no RSA key',
      requests: 1,
    },
    {
      name: 'a secret as a key',
      answers: { [KEYS_URL]: [json({ keys: [{ kty: 'oct', kid: KID, k: 'AAAA' }] })] },
      text: 'no RSA key',
      requests: 1,
    },
    { name: 'neither keys nor discovery', answers: {}, text: 'status 404', requests: 2 },
    {
      name: 'a discovery of another issuer',
      answers: { [DISCOVERY_URL]: [json({ issuer: 'https://mallory.example', jwks_uri: elsewhere })] },
      text: 'another issuer',
      requests: 2,
    },
    {
      name: 'a jwks_uri on another host',
      answers: { [DISCOVERY_URL]: [json({ issuer: ISSUER, jwks_uri: 'https://mallory.example/keys.json' })] },
      text: "outside the issuer's origin",
      requests: 2,
    },
    {
      name: 'a jwks_uri without TLS',
      answers: { [DISCOVERY_URL]: [json({ issuer: ISSUER, jwks_uri: elsewhere.replace('https', 'http') })] },
      text: "outside the issuer's origin",
      requests: 2,
    },
    {
      name: 'no jwks_uri',
      answers: { [DISCOVERY_URL]: [json({ issuer: ISSUER })] },
      text: "outside the issuer's origin",
      requests: 2,
    },
    {
      name: 'a jwks_uri that leads nowhere',
      answers: { [DISCOVERY_URL]: [json({ issuer: ISSUER, jwks_uri: elsewhere })] },
      text: 'status 404',
      requests: 3,
    },
  ])('are not a bad token: $name', async ({ answers, text, requests }) => {
    const issuer = new FakeIssuer(answers);
    const error = await failure(verify({ issuer }));
    expect(error).toBeInstanceOf(PipeError);
    expect(error).toMatchObject({ code: 'ISSUER_KEYS_UNAVAILABLE', exitStatus: 3 });
    expect((error as PipeError).describe()).toContain(text);
    expect((error as PipeError).describe()).toContain(ISSUER);
    expect(issuer.asked).toHaveLength(requests);
    expect(issuer.asked.every((url) => url.startsWith(`${ISSUER}/`))).toBe(true);
  });

  it('end with the reason of the stop where the run was stopped', async () => {
    const stop = new AbortController();
    stop.abort(new Error('stopped'));
    expect(await failure(verify({ signal: stop.signal }))).toMatchObject({ message: 'stopped' });
  });
});

describe('keys that can be had', () => {
  it.each<{ name: string; answers: Record<string, (Answer | Error)[]>; asked: string[] }>([
    { name: 'after a reset', answers: { [KEYS_URL]: [RESET, GOOD] }, asked: [KEYS_URL, KEYS_URL] },
    { name: 'after a rate limit', answers: { [KEYS_URL]: [json({}, 429), GOOD] }, asked: [KEYS_URL, KEYS_URL] },
    {
      name: 'by discovery',
      answers: { [DISCOVERY_URL]: [json({ issuer: ISSUER, jwks_uri: elsewhere })], [elsewhere]: [GOOD] },
      asked: [KEYS_URL, DISCOVERY_URL, elsewhere],
    },
    {
      name: 'after a rotation',
      answers: { [KEYS_URL]: [json({ keys: [toJwk(undefined, { kid: 'old' })] }), GOOD] },
      asked: [KEYS_URL, KEYS_URL],
    },
    {
      name: 'among others',
      answers: {
        [KEYS_URL]: [
          json({
            keys: [
              null,
              toJwk(weak),
              toJwk(curve),
              toJwk(undefined, { kid: 'old' }),
              toJwk(undefined, { use: undefined, alg: undefined }),
            ],
          }),
        ],
      },
      asked: [KEYS_URL],
    },
  ])('are used: $name', async ({ answers, asked }) => {
    const issuer = new FakeIssuer(answers);
    await expect(verify({ issuer })).resolves.toMatchObject({ keyId: KID });
    expect(issuer.asked).toEqual(asked);
  });

  it('are those of the issuer that the token names, of several', async () => {
    const other = 'https://api.bitbucket.org/2.0/workspaces/other/pipelines-config/identity/oidc';
    const issuer = new FakeIssuer({ [`${other}/keys.json`]: [GOOD] });
    const token = await mint({ claims: { iss: other } });
    await expect(verify({ issuer, token, issuers: [ISSUER, other] })).resolves.toMatchObject({ issuer: other });
    expect(issuer.asked).toEqual([`${other}/keys.json`]);
  });
});
