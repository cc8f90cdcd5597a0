import { describe, expect, it } from '@jest/globals';
import { entraHop } from '../../src/exchange/entra.ts';
import { bench, NEVER } from '../http/support/bench.ts';
import type { Answer } from '../http/support/fake-network.ts';
import { API, CANARY, hopContract, INPUT } from './support/hop-contract.ts';

const settings = { tenant: 'acme.onmicrosoft.com', client: 'client-1', scope: 'api://deploy/.default' };
const TOKEN = 'entra-access-token';

const body = (value: unknown): string => JSON.stringify(value);
const refusal = (status: number, error: string, number: number, text = 'Refused.'): Answer => ({
  status,
  body: body({ error, error_description: `AADSTS${String(number)}: ${text} Trace ID: x`, error_codes: [number] }),
});

hopContract({
  hop: entraHop,
  settings,
  token: TOKEN,
  happy: () => [{ body: body({ token_type: 'Bearer', expires_in: 3599, ext_expires_in: 3599, access_token: TOKEN }) }],
  refusals: [
    {
      name: 'another subject',
      answer: refusal(401, 'invalid_client', 700213),
      ...{ code: 'DENIED_BY_PROVIDER', fix: /compares sub exactly/ },
    },
    {
      name: 'a number that nobody here knows',
      answer: refusal(400, 'invalid_request', 999999),
      ...{ code: 'DENIED_BY_PROVIDER', fix: /error\?code=999999/ },
    },
    {
      name: 'a number in the text alone',
      answer: { status: 400, body: body({ error: 'x', error_description: 'AADSTS90002: Tenant not found.' }) },
      ...{ code: 'EXCHANGE_NOT_ENABLED', fix: /Directory \(tenant\) ID/ },
    },
    {
      name: 'an answer that is not of Entra',
      answer: { status: 404, body: '<html>' },
      ...{ code: 'EXCHANGE_NOT_ENABLED', fix: /no answer of Entra: check authority/ },
    },
    {
      name: 'a limit',
      answer: { status: 429, headers: { 'retry-after': '3600' } },
      ...{ code: 'RATE_LIMITED', fix: /run the step again later/ },
    },
  ],
  malformed: [
    { name: 'no token', body: body({ token_type: 'Bearer', expires_in: 3599 }) },
    { name: 'a token that is no text', body: body({ token_type: 'Bearer', access_token: 5 }) },
    { name: 'another type of token', body: body({ token_type: 'pop', access_token: TOKEN }) },
    { name: 'no JSON', body: 'well' },
  ],
});

describe('the request to Entra', () => {
  it.each([
    { authority: undefined, url: 'https://login.microsoftonline.com/acme.onmicrosoft.com/oauth2/v2.0/token' },
    {
      authority: 'https://login.microsoftonline.us',
      url: 'https://login.microsoftonline.us/acme.onmicrosoft.com/oauth2/v2.0/token',
    },
  ])('carries the token as the assertion of the client, at $authority', async ({ authority, url }) => {
    const made = bench([{ body: body({ token_type: 'bearer', expires_in: 60, access_token: TOKEN }) }]);
    const deps = { http: made.http, clock: made.clock, log: made.log, apiUrl: API };
    const output = await entraHop.obtain({ ...settings, ...(authority ? { authority } : {}) }, INPUT, deps, NEVER);
    const [sent] = made.network.sent;
    expect(sent).toMatchObject({ method: 'POST', url });
    expect(Object.fromEntries(new URLSearchParams(Buffer.from(sent?.body as Uint8Array).toString()))).toEqual({
      grant_type: 'client_credentials',
      client_id: 'client-1',
      scope: 'api://deploy/.default',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: CANARY,
    });
    expect(output).toMatchObject({ expiresAt: 1_060_000, clientId: 'client-1', revoke: undefined });
  });
});

describe('a directory that does not answer for a moment', () => {
  const busy = (status: number): Answer => refusal(status, 'temporarily_unavailable', 90033);
  async function run(answers: readonly Answer[]) {
    const made = bench(answers);
    const deps = { http: made.http, clock: made.clock, log: made.log, apiUrl: API };
    const outcome = await entraHop.obtain(settings, INPUT, deps, NEVER).catch((error: unknown) => error);
    return { outcome, slept: made.slept };
  }

  it('is asked again', async () => {
    const well = { body: body({ token_type: 'Bearer', expires_in: 60, access_token: TOKEN }) };
    const { outcome, slept } = await run([busy(400), well]);
    expect(outcome).toMatchObject({ hop: 'entra' });
    expect(slept).toEqual([5000]);
  });

  it('is not asked twice as often where its status says so, too', async () => {
    const { outcome, slept } = await run([busy(503), busy(503), busy(503)]);
    expect(outcome).toMatchObject({ code: 'SERVICE_FAILED', exitStatus: 3 });
    expect(slept).toEqual([500, 1000]);
  });
});

describe('the settings of entra', () => {
  it.each([
    { change: {}, faults: [] },
    { change: { tenant: '00000000-0000-0000-0000-000000000000' }, faults: [] },
    { change: { tenant: 'Common' }, faults: [/^tenant: must be one directory.*got Common$/] },
    { change: { tenant: 'a/../b' }, faults: [/^tenant: must be one directory/] },
    { change: { tenant: 'a..b' }, faults: [/^tenant: must be one directory/] },
    { change: { scope: 'api://deploy/deploy' }, faults: [/^scope: must be one API followed by \/\.default/] },
    { change: { scope: 'a/.default b/.default' }, faults: [/^scope: must be one API/] },
  ])('are checked: $change', ({ change, faults }) => {
    const found = entraHop.check?.({ ...settings, ...change });
    expect(found).toEqual(faults.map((fault) => expect.stringMatching(fault)));
  });
});
