import { afterEach, describe, expect, it } from '@jest/globals';
import type { JWK } from 'jose';
import { PipeError } from '../../src/errors.ts';
import { createOktaHop } from '../../src/exchange/okta.ts';
import type { HopConfigs, HopOutput } from '../../src/exchange/index.ts';
import { createHttpClient } from '../../src/http/index.ts';
import { nodeClock } from '../../src/platform/clock.ts';
import { createNodeNetwork } from '../../src/platform/network.ts';
import { signClientAssertion } from '../../src/signing/index.ts';
import { bench, NEVER } from '../http/support/bench.ts';
import {
  serveAuthorizationServer,
  type AuthorizationServer,
  type ServerOptions,
} from './support/authorization-server.ts';
import { API, INPUT } from './support/hop-contract.ts';
import { localKey, type LocalKey } from './support/local-key.ts';

const CLIENT = '0oa1b2c3';
const network = createNodeNetwork({ proxyUrl: undefined });
let server: AuthorizationServer | undefined;

afterEach(async () => {
  network.close();
  await server?.close();
  server = undefined;
});

interface Ran {
  readonly outcome: HopOutput | PipeError;
  readonly server: AuthorizationServer;
}

async function run(
  key: LocalKey,
  options: Partial<ServerOptions> = {},
  settings: Partial<HopConfigs['okta']> = {},
): Promise<Ran> {
  const { alg } = key.signer;
  const keys = [{ ...key.jwk, kid: 'kid-1', alg, use: 'sig' } as JWK];
  server = await serveAuthorizationServer({ clientId: CLIENT, keys, ...options });
  const config = { url: server.url, client: CLIENT, scope: 'deploy', signer: {}, keyId: 'kid-1', ...settings };
  const outcome = await createOktaHop(key.open)
    .obtain(config, INPUT, deps(), NEVER)
    .catch((error: unknown) => {
      if (error instanceof PipeError) return error;
      throw error;
    });
  return { outcome, server };
}

function deps(): Parameters<ReturnType<typeof createOktaHop>['obtain']>[2] {
  const { log } = bench([]);
  const random = { uuid: () => 'u', fraction: () => 0 };
  const http = createHttpClient({ network, log, clock: nodeClock, random, userAgent: 'test' });
  return { http, log, clock: nodeClock, apiUrl: API };
}

function given(outcome: HopOutput | PipeError): HopOutput {
  if (outcome instanceof PipeError) throw outcome;
  return outcome;
}

describe('the hop okta and an independent authorization server', () => {
  it.each(['ES256', 'RS256'] as const)('agree on a client that proves itself with %s', async (alg) => {
    const { outcome, server } = await run(localKey(alg));
    const output = given(outcome);
    expect(await server.introspect(output.token.reveal())).toMatchObject({ clientId: CLIENT, scope: 'deploy' });
    expect(output.expiresAt).toBeGreaterThan(Date.now());
  });

  it('agree that the token is revoked at the end', async () => {
    const { outcome, server } = await run(localKey());
    const output = given(outcome);
    await output.revoke?.(NEVER);
    expect(await server.introspect(output.token.reveal())).toBeUndefined();
    expect(server.reasons).toEqual([]);
  });

  it("agree on a bound token, by a proof with the server's nonce", async () => {
    const { outcome, server } = await run(localKey(), { dpop: true }, { dpop: true });
    const output = given(outcome);
    expect(await server.introspect(output.token.reveal())).toMatchObject({ jkt: expect.stringMatching(/^[\w-]{43}$/) });
    expect(server.reasons).toEqual([expect.stringContaining('use_dpop_nonce')]);
    await output.revoke?.(NEVER);
    expect(await server.introspect(output.token.reveal())).toBeUndefined();
  });

  it.each<{ name: string; options?: Partial<ServerOptions>; settings?: Partial<HopConfigs['okta']>; error: object }>([
    {
      name: 'a key that the client does not have',
      options: { keys: [{ ...localKey('RS256').jwk, kid: 'kid-1', alg: 'RS256', use: 'sig' }] },
      error: { code: 'CREDENTIAL_INVALID', got: expect.stringContaining('status 401 invalid_client') },
    },
    {
      name: 'another client',
      settings: { client: '0oa9' },
      error: { code: 'CREDENTIAL_INVALID', got: expect.stringContaining('status 401 invalid_client') },
    },
    {
      name: 'another scope',
      settings: { scope: 'admin' },
      error: { code: 'EXCHANGE_NOT_ENABLED', got: expect.stringContaining('status 400 invalid_scope') },
    },
  ])('agree that they disagree on $name', async ({ options, settings, error }) => {
    const { outcome } = await run(localKey(), options, settings);
    expect(outcome).toMatchObject(error);
  });

  it('agree that an assertion is good for one request', async () => {
    const { signer } = localKey();
    const { server } = await run(localKey());
    const audience = `${server.url}/v1/token`;
    const facts = { clientId: CLIENT, audience, keyId: 'kid-1', now: Date.now() };
    const form = {
      ...{ grant_type: 'client_credentials', client_assertion: await signClientAssertion(signer, facts, NEVER) },
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    };
    const send = async (): Promise<number> =>
      (await deps().http.request({ service: 'S', method: 'POST', url: audience, form, signal: NEVER })).status;
    expect([await send(), await send()]).toEqual([200, 401]);
    expect(server.reasons.at(-1)).toContain('client assertion tokens must only be used once');
  });
});
