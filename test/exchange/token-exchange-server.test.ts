import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createLocalJWKSet, jwtVerify, type JSONWebKeySet } from 'jose';
import { PipeError } from '../../src/errors.ts';
import type { HopConfigs } from '../../src/exchange/index.ts';
import type { MintOverrides } from '../../src/sandbox/index.ts';
import { NEVER } from '../http/support/bench.ts';
import { localKey } from './support/local-key.ts';
import { openProvider, RESOURCE, type OpenProvider } from './support/provider.ts';
import { given, runExchange, type Exchanged } from './support/run-exchange.ts';

type Settings = HopConfigs['token-exchange'];

const KEY = localKey();
const KEYS = { jwks: { keys: [{ ...KEY.jwk, kty: 'EC', kid: 'kid-1', alg: 'ES256', use: 'sig' }] } };
const SIGNED = {
  signer: { vault: { address: 'https://vault.example.com', role: 'r', key: 'k' } },
  keyId: 'kid-1',
} satisfies Partial<Settings>;

describe('an authorization server that is real', () => {
  let server: OpenProvider;
  beforeAll(async () => {
    server = await openProvider([
      { client_id: 'public', token_endpoint_auth_method: 'none' },
      { client_id: 'bound', token_endpoint_auth_method: 'none', dpop_bound_access_tokens: true },
      {
        ...{ client_id: 'signed', token_endpoint_auth_method: 'private_key_jwt' },
        ...{ token_endpoint_auth_signing_alg: 'ES256', ...KEYS },
      },
      { client_id: 'other-grant', token_endpoint_auth_method: 'none', grant_types: ['client_credentials'] },
    ]);
  });
  afterAll(() => server.close());

  const run = (settings: Partial<Settings>, mint: MintOverrides = {}): Promise<Exchanged> =>
    runExchange(server, settings, { mint, key: KEY });

  it('exchanges the token of a step for one of its own', async () => {
    const outcome = given(
      await run({
        scope: 'deploy',
        requestedTokenType: 'urn:ietf:params:oauth:token-type:access_token',
      }),
    );
    expect(outcome).toMatchObject({ hop: 'token-exchange', clientId: 'public', expiresAt: expect.any(Number) });
    expect(await server.find(outcome.token.reveal())).toMatchObject({ clientId: 'public', scope: 'deploy' });
  });

  it('gives a JWT for the resource that is named, which the next hop can verify', async () => {
    const outcome = given(await run({ resource: RESOURCE, scope: 'deploy' }));
    const keys = createLocalJWKSet(server.keys as JSONWebKeySet);
    const { payload } = await jwtVerify(outcome.token.reveal(), keys, { issuer: server.url, audience: 'vercel' });
    expect(payload).toMatchObject({ client_id: 'public', scope: 'deploy' });
    expect(outcome.audit).toMatchObject({ issuer: server.url, service: new URL(server.url).host });
  });

  it('knows a client by the assertion that a remote key signs', async () => {
    const outcome = given(await run({ clientId: 'signed', ...SIGNED }));
    expect(await server.find(outcome.token.reveal())).toMatchObject({ clientId: 'signed' });
    expect(KEY.asked.slice(-3)).toEqual(['open', 'sign', 'close']);
  });

  it.each<{ name: string; settings: Partial<Settings> }>([
    { name: 'a public client', settings: {} },
    { name: 'a client with a key', settings: { clientId: 'signed', ...SIGNED } },
    { name: 'a bound token', settings: { clientId: 'bound', dpop: true } },
  ])('takes its token back: $name', async ({ settings }) => {
    const outcome = given(await run({ ...settings, revokeUrl: `${server.url}/token/revocation` }));
    expect(await server.find(outcome.token.reveal())).toBeDefined();
    await outcome.revoke?.(NEVER);
    expect(await server.find(outcome.token.reveal())).toBeUndefined();
  });

  it('says that a JWT of its own stays', async () => {
    const outcome = given(await run({ resource: RESOURCE, revokeUrl: `${server.url}/token/revocation` }));
    await expect(outcome.revoke?.(NEVER)).rejects.toMatchObject({
      code: 'SERVICE_FAILED',
      message: expect.stringMatching(/could not be revoked; it stays valid until it expires/),
      got: expect.stringMatching(/status 400 unsupported_token_type/),
    });
  });

  it('binds the token to a key of the run, with the nonce that it asks for', async () => {
    const { outcome, sent } = await run({ clientId: 'bound', dpop: true });
    if (outcome instanceof PipeError) throw outcome;
    expect(sent).toBe(2);
    expect(await server.find(outcome.token.reveal())).toMatchObject({ jkt: expect.stringMatching(/^[\w-]{43}$/) });
  });

  it('binds with an assertion, too, a new one for the second sending', async () => {
    const { outcome, sent } = await run({ clientId: 'signed', ...SIGNED, dpop: true });
    expect(outcome).not.toBeInstanceOf(PipeError);
    expect(sent).toBe(2);
  });

  it.each<{ name: string; settings?: Partial<Settings>; mint?: MintOverrides; code: string; got: RegExp; fix: RegExp }>(
    [
      {
        ...{ name: 'a foreign token', mint: { claims: { iss: 'https://evil.example' } }, code: 'CREDENTIAL_INVALID' },
        ...{
          got: /^status 400 invalid_request subject_token is not valid/,
          fix: /must trust iss "https:\/\/evil\.example"/,
        },
      },
      {
        ...{ name: 'a token that has expired', mint: { claims: { exp: 1_000_000_000 } }, code: 'CREDENTIAL_INVALID' },
        ...{ got: /"exp" claim/, fix: /the token is valid until 2001-09-09T01:46:40\.000Z/ },
      },
      {
        ...{ name: 'a token for another audience', mint: { claims: { aud: 'x' } }, code: 'CREDENTIAL_INVALID' },
        ...{ got: /"aud" claim/, fix: /and aud "x"/ },
      },
      {
        ...{ name: 'another branch', mint: { claims: { branchName: 'x' } }, code: 'DENIED_BY_PROVIDER' },
        ...{ got: /access_denied only main deploys/, fix: /they must admit iss "https:\/\/api\.bitbucket\.org/ },
      },
      {
        ...{ name: 'another audience', settings: { audience: 'production' }, code: 'DENIED_BY_PROVIDER' },
        ...{ got: /invalid_target/, fix: /none for audience production and resource nothing/ },
      },
      {
        ...{ name: 'another resource', settings: { resource: 'https://x.example' }, code: 'DENIED_BY_PROVIDER' },
        ...{ got: /invalid_target/, fix: /resource https:\/\/x\.example/ },
      },
      {
        ...{ name: 'another scope', settings: { scope: 'admin' }, code: 'DENIED_BY_PROVIDER' },
        ...{ got: /invalid_scope/, fix: /no scope admin/ },
      },
      {
        ...{ name: 'an unknown client', settings: { clientId: 'x' }, code: 'EXCHANGE_NOT_ENABLED' },
        ...{ got: /status 401 invalid_client/, fix: /must know x as a public client/ },
      },
      {
        ...{ name: 'a client without an assertion', settings: { clientId: 'signed' }, code: 'EXCHANGE_NOT_ENABLED' },
        ...{ got: /status 401 invalid_client/, fix: /else set signer or clientAuth of the hop/ },
      },
      {
        ...{ name: 'an assertion of an unknown key', settings: { clientId: 'signed', ...SIGNED, keyId: 'kid-2' } },
        ...{
          code: 'EXCHANGE_NOT_ENABLED',
          got: /status 401 invalid_client/,
          fix: /has kid "kid-2"\):\n\{.*"kty":"EC"/,
        },
      },
      {
        ...{ name: 'another grant', settings: { clientId: 'other-grant' }, code: 'EXCHANGE_NOT_ENABLED' },
        ...{ got: /invalid_request requested grant type/, fix: /Allow the client other-grant the grant type urn:ietf/ },
      },
      {
        ...{
          name: 'another type of token',
          settings: { subjectTokenType: 'urn:ietf:params:oauth:token-type:id_token' },
        },
        ...{ code: 'CREDENTIAL_INVALID', got: /no subject_token_type/, fix: /as subject_token_type urn:\S+:id_token/ },
      },
      {
        ...{ name: 'a token that is not bound', settings: { clientId: 'bound' }, code: 'EXCHANGE_NOT_ENABLED' },
        ...{ got: /dpop/i, fix: /dpop: true/ },
      },
    ],
  )('refuses, and the hop says what to change: $name', async ({ settings = {}, mint, code, got, fix }) => {
    const { outcome } = await run(settings, mint);
    expect(outcome).toMatchObject({ code, got: expect.stringMatching(got), fix: expect.stringMatching(fix) });
  });
});
