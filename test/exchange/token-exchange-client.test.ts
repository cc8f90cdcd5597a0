import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { HopConfigs } from '../../src/exchange/index.ts';
import { findClientFaults } from '../../src/exchange/token-exchange-client.ts';
import { Secret } from '../../src/secret.ts';
import { NEVER } from '../http/support/bench.ts';
import { openProvider, type OpenProvider } from './support/provider.ts';
import { given, runExchange, type Exchanged } from './support/run-exchange.ts';

type Settings = HopConfigs['token-exchange'];

/** Letters that a header without RFC 6749's encoding would lose. */
const CLIENT = 'team a:web+1%';
const SECRET = 'canary: s%20cret+/=~"\\&';
const BASIC = { clientId: CLIENT, clientAuth: 'basic' } as const;
const SIGNER = { vault: { address: 'https://vault.example.com', role: 'r', key: 'k' } };

describe('how the client of a token exchange proves itself', () => {
  it.each<{ change: Partial<Settings>; faults: RegExp[] }>([
    { change: BASIC, faults: [] },
    { change: { clientId: 'c', signer: SIGNER, keyId: 'k' }, faults: [] },
    { change: { signer: SIGNER }, faults: [/^signer: needs clientId/] },
    { change: { keyId: 'k' }, faults: [/^keyId: needs signer/] },
    { change: { clientAuth: 'basic' }, faults: [/^clientAuth: needs clientId/] },
    { change: { ...BASIC, signer: SIGNER }, faults: [/^clientAuth: not beside signer/] },
    { change: { ...BASIC, keyId: 'k' }, faults: [/^keyId: needs signer/] },
  ])('is checked: $change', ({ change, faults }) => {
    const found = findClientFaults({ url: 'https://sts.example.com/token', ...change });
    expect(found).toEqual(faults.map((fault) => expect.stringMatching(fault)));
  });
});

describe('a client with a secret at a server that is real', () => {
  let server: OpenProvider;
  beforeAll(async () => {
    const secret = { client_secret: SECRET, token_endpoint_auth_method: 'client_secret_basic' } as const;
    server = await openProvider([
      { client_id: CLIENT, ...secret },
      { client_id: 'bound', ...secret, dpop_bound_access_tokens: true },
      { client_id: 'public', token_endpoint_auth_method: 'none' },
    ]);
  });
  afterAll(() => server.close());

  const run = (settings: Partial<Settings>, secret: string | undefined = SECRET): Promise<Exchanged> => {
    const clientSecret = secret === '' ? undefined : new Secret(secret);
    return runExchange(server, { ...BASIC, ...settings }, { input: { clientSecret } });
  };
  const shown = ({ made }: Exchanged): readonly unknown[] =>
    made.network.sent.map(({ headers, body }) => {
      const fields = new URLSearchParams(Buffer.from(body as Uint8Array).toString());
      return { header: /^Basic /.test(headers['authorization'] ?? ''), clientId: fields.get('client_id') };
    });

  it('is known by the header, and named nowhere else', async () => {
    const exchanged = await run({});
    const { token, clientId } = given(exchanged);
    expect(clientId).toBe(CLIENT);
    expect(await server.find(token.reveal())).toMatchObject({ clientId: CLIENT });
    expect(shown(exchanged)).toEqual([{ header: true, clientId: null }]);
  });

  it('takes its token back', async () => {
    const exchanged = await run({ revokeUrl: `${server.url}/token/revocation` });
    const { token, revoke } = given(exchanged);
    await revoke?.(NEVER);
    expect(await server.find(token.reveal())).toBeUndefined();
    expect(shown(exchanged)).toEqual(Array.from({ length: 2 }, () => ({ header: true, clientId: null })));
  });

  it('may have a bound token, and proves itself in both sendings', async () => {
    const exchanged = await run({ clientId: 'bound', dpop: true });
    expect(await server.find(given(exchanged).token.reveal())).toMatchObject({ jkt: expect.any(String) });
    expect(shown(exchanged)).toEqual(Array.from({ length: 2 }, () => ({ header: true, clientId: null })));
  });

  it.each([
    { name: 'another secret', settings: {}, secret: `${SECRET}x` },
    { name: 'an unknown client', settings: { clientId: 'nobody' }, secret: SECRET },
    { name: 'a public client', settings: { clientId: 'public' }, secret: SECRET },
  ])('is refused with $name, and told what must be known', async ({ settings, secret }) => {
    const { outcome } = await run(settings, secret);
    const fix = expect.stringMatching(/client_secret_basic, and EXCHANGE_CLIENT_SECRET must be its secret/);
    expect(outcome).toMatchObject({ code: 'EXCHANGE_NOT_ENABLED', got: expect.stringMatching(/invalid_client/), fix });
  });

  it('is told where the header is wanted and the policy says nothing of it', async () => {
    const { outcome } = await runExchange(server, { clientId: CLIENT });
    const fix = expect.stringMatching(/else set signer or clientAuth of the hop/);
    expect(outcome).toMatchObject({ code: 'EXCHANGE_NOT_ENABLED', fix });
  });

  it('sends nothing without its secret', async () => {
    const { outcome, sent } = await run({}, '');
    expect(outcome).toMatchObject({ code: 'USAGE', exitStatus: 2, got: 'EXCHANGE_CLIENT_SECRET is not set' });
    expect(sent).toBe(0);
  });
});
