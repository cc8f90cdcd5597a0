import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { createLocalJWKSet, jwtVerify } from 'jose';
import { PipeError } from '../../../src/errors.ts';
import { createOktaHop } from '../../../src/exchange/okta.ts';
import type { HopConfigs, HopOutput } from '../../../src/exchange/index.ts';
import { createOkta, type OktaClient, type OktaOptions, type OktaSandbox } from '../../../src/sandbox/okta/okta.ts';
import { signClientAssertion, type AssertionFacts } from '../../../src/signing/index.ts';
import { API, INPUT } from '../../exchange/support/hop-contract.ts';
import { localKey } from '../../exchange/support/local-key.ts';
import { routeBench } from '../../exchange/support/route-bench.ts';
import { NEVER } from '../../http/support/bench.ts';

/** The bench's clock. */
const NOW = 1_000_000;
const KEY = localKey();
const URL_OF_SERVER = 'https://acme.okta.com/oauth2/default';
const CLIENT: OktaClient = { clientId: '0oa1', keys: [{ ...KEY.jwk, kid: 'kid-1' }] };
const SETTINGS: HopConfigs['okta'] = {
  url: URL_OF_SERVER,
  client: '0oa1',
  scope: 'deploy',
  signer: {},
  keyId: 'kid-1',
};

interface Ran {
  readonly okta: OktaSandbox;
  readonly outcome: HopOutput | PipeError;
  readonly asked: readonly string[];
}

async function run(options: Partial<OktaOptions> = {}, settings: Partial<HopConfigs['okta']> = {}): Promise<Ran> {
  const { okta, routes } = await createOkta({ clients: [CLIENT], now: () => NOW, ...options });
  const made = routeBench(routes);
  const outcome = await createOktaHop(KEY.open)
    .obtain({ ...SETTINGS, ...settings }, INPUT, { ...made, apiUrl: API }, NEVER)
    .catch((error: unknown) => error as PipeError);
  return { okta, outcome, asked: made.asked };
}

describe('the hop okta and the sandbox', () => {
  it('end with a token that the published keys verify, and take it back', async () => {
    const { okta, outcome } = await run();
    if (outcome instanceof PipeError) throw outcome;
    const { payload } = await jwtVerify(outcome.token.reveal(), createLocalJWKSet(okta.keys()), {
      ...{ issuer: URL_OF_SERVER, audience: 'api://default', currentDate: new Date(NOW) },
    });
    expect(payload).toMatchObject({ sub: '0oa1', cid: '0oa1', scp: ['deploy'] });
    expect(outcome.audit).toMatchObject({ issuer: URL_OF_SERVER, requestId: expect.stringMatching(/^[0-9a-f]{32}$/) });
    expect(okta.tokens.map(({ revokedAt }) => revokedAt)).toEqual([undefined]);
    await outcome.revoke?.(NEVER);
    expect(okta.tokens.map(({ revokedAt }) => revokedAt)).toEqual([NOW]);
  });

  it('bind the token by a proof with the nonce', async () => {
    const { outcome, asked, okta } = await run({ clients: [{ ...CLIENT, dpop: true }] }, { dpop: true });
    if (outcome instanceof PipeError) throw outcome;
    expect(asked).toHaveLength(2);
    const { payload } = await jwtVerify(outcome.token.reveal(), createLocalJWKSet(okta.keys()), {
      currentDate: new Date(NOW),
    });
    expect(payload['cnf']).toEqual({ jkt: expect.stringMatching(/^[\w-]{43}$/) });
  });

  it.each<{ name: string; options?: Partial<OktaOptions>; settings?: Partial<HopConfigs['okta']>; got: string }>([
    { name: 'a client', settings: { client: '0oa2' }, got: 'invalid_client The issuer claim' },
    { name: 'a key id', settings: { keyId: 'kid-2' }, got: 'invalid_client The client_assertion JWT kid is invalid.' },
    {
      name: 'a key',
      options: { clients: [{ ...CLIENT, keys: [{ ...otherKey(), kid: 'kid-1' }] }] },
      got: 'invalid_client The client_assertion signature is invalid.',
    },
    {
      name: 'a client without keys',
      options: { clients: [{ ...CLIENT, keys: [] }] },
      got: 'invalid_client The client does not have a JWKSet',
    },
    { name: 'a scope', settings: { scope: 'admin' }, got: 'invalid_scope One or more scopes are not configured' },
    { name: "a scope of OpenID's", settings: { scope: 'openid' }, got: "invalid_scope Cannot request 'openid'" },
    { name: 'a client without a rule', options: { rules: [] }, got: 'access_denied Policy evaluation failed' },
    {
      name: 'a scope of no rule',
      options: { rules: [{ clients: ['0oa1'], scopes: [] }] },
      got: 'access_denied Policy evaluation succeeded, but all',
    },
    {
      name: 'a grant type',
      options: { clients: [{ ...CLIENT, grantTypes: ['authorization_code'] }] },
      got: 'unauthorized_client The client is not authorized',
    },
    {
      name: 'no proof',
      options: { clients: [{ ...CLIENT, dpop: true }] },
      got: 'invalid_dpop_proof The DPoP proof JWT header is missing.',
    },
    {
      name: 'a server',
      settings: { url: `${URL_OF_SERVER}2` },
      got: 'E0000007 Not found: Resource not found: default2',
    },
  ])('refuse $name', async ({ options, settings, got }) => {
    const { outcome, okta } = await run(options, settings);
    expect(outcome).toMatchObject({ got: expect.stringContaining(got) });
    expect(okta.tokens).toEqual([]);
  });
});

describe('an assertion that is not as it must be', () => {
  const FACTS: AssertionFacts = { clientId: '0oa1', audience: `${URL_OF_SERVER}/v1/token`, keyId: 'kid-1', now: NOW };

  async function ask(facts: Partial<AssertionFacts>, times = 1): Promise<unknown> {
    const { routes } = await createOkta({ clients: [CLIENT], now: () => NOW });
    const { http } = routeBench(routes);
    const assertion = await signClientAssertion(KEY.signer, { ...FACTS, ...facts }, NEVER);
    const send = async (): Promise<unknown> => {
      const form = {
        ...{ grant_type: 'client_credentials', scope: 'deploy', client_assertion: assertion },
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      };
      const url = `${URL_OF_SERVER}/v1/token`;
      return (await http.request({ service: 'Okta', method: 'POST', url, form, signal: NEVER })).body;
    };
    for (let number = 1; number < times; number += 1) await send();
    return send();
  }

  it.each([
    { name: 'for another endpoint', facts: { audience: URL_OF_SERVER }, said: 'must be the endpoint invoked' },
    { name: 'of yesterday', facts: { now: NOW - 900_000 }, said: 'token is expired' },
    { name: 'for too long', facts: { lifeSeconds: 3700 }, said: 'too far into the future' },
    { name: 'of tomorrow', facts: { now: NOW + 900_000 }, said: 'must be issued before the current time' },
  ])('is refused: $name', async ({ facts, said }) => {
    expect(await ask(facts)).toMatchObject({
      ...{ error: 'invalid_client', error_description: expect.stringContaining(said) },
    });
  });

  it('is taken once', async () => {
    expect(await ask({})).toMatchObject({ token_type: 'Bearer' });
    expect(await ask({}, 2)).toMatchObject({ error_description: 'The client_assertion token has already been used.' });
  });
});

function otherKey(): OktaClient['keys'][number] {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return publicKey.export({ format: 'jwk' });
}
