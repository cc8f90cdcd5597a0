import { describe, expect, it } from '@jest/globals';
import { PipeError } from '../../src/errors.ts';
import { hoopHop } from '../../src/exchange/hoop.ts';
import type { HopConfigs, HopOutput } from '../../src/exchange/index.ts';
import { bench, NEVER } from '../http/support/bench.ts';
import type { Answer } from '../http/support/fake-network.ts';
import { API, hopContract, INPUT } from './support/hop-contract.ts';

const SETTINGS: HopConfigs['hoop'] = { address: 'https://hoop.example.com', connection: 'vercel-production' };
const PROXY_TOKEN = 'hpx_proxy-token-0123456789';
/** The clock of the bench stands at 1,000,000 ms. */
const END = '1970-01-01T01:16:40.000Z';

const credentials = (more: object = {}): object => ({
  ...{ session_id: 's-1', has_review: false, expire_at: END },
  connection_credentials: {
    hostname: 'hoop.example.com',
    port: '18888',
    proxy_token: PROXY_TOKEN,
    command: 'x',
    ...more,
  },
});
const answer = (body: unknown, status = 201): Answer => ({ status, body: JSON.stringify(body) });
const refusal = (status: number): Answer => answer({ message: 'refused by hoop' }, status);

hopContract({
  hop: hoopHop,
  settings: SETTINGS,
  happy: () => [answer(credentials())],
  token: PROXY_TOKEN,
  refusals: [
    {
      name: 'a token of another provider',
      answer: refusal(401),
      code: 'CREDENTIAL_INVALID',
      fix: /service account of hoop/,
    },
    {
      name: 'no access',
      answer: refusal(403),
      code: 'DENIED_BY_PROVIDER',
      fix: /access to the connection vercel-production/,
    },
    {
      name: 'no connection',
      answer: refusal(404),
      code: 'EXCHANGE_NOT_ENABLED',
      fix: /REMOTE_URL https:\/\/api\.vercel\.com/,
    },
    { name: 'another refusal', answer: refusal(422), code: 'EXCHANGE_NOT_ENABLED', fix: /is an HTTP proxy/ },
  ],
  malformed: [
    { name: 'no JSON', body: '<html>' },
    { name: 'no credentials', body: '{}' },
    { name: 'a token that is a number', body: JSON.stringify(credentials({ proxy_token: 12345678 })) },
    { name: 'a token with a line break', body: JSON.stringify(credentials({ proxy_token: 'hpx_0123\n4567' })) },
    { name: 'another host', body: JSON.stringify(credentials({ hostname: 'evil.example' })) },
    { name: 'a port that is a path', body: JSON.stringify(credentials({ port: '1/x' })) },
    { name: 'no port', body: JSON.stringify(credentials({ port: undefined })) },
  ],
});

async function obtain(
  body: unknown,
  settings = SETTINGS,
): Promise<{ outcome: HopOutput | PipeError; made: ReturnType<typeof bench> }> {
  const made = bench([answer(body)]);
  const deps = { http: made.http, clock: made.clock, log: made.log, apiUrl: API };
  const outcome = await hoopHop.obtain(settings, INPUT, deps, NEVER).catch((error: unknown) => {
    if (error instanceof PipeError) return error;
    throw error;
  });
  return { outcome, made };
}

describe('the hop hoop', () => {
  it("asks with the provider's token for a credential that ends", async () => {
    const { made } = await obtain(credentials());
    const [sent] = made.network.sent;
    expect(sent).toMatchObject({
      method: 'POST',
      url: 'https://hoop.example.com/api/connections/vercel-production/credentials',
      headers: { authorization: `Bearer ${INPUT.token?.reveal() ?? ''}` },
    });
    expect(Buffer.from((sent?.body as Uint8Array | undefined) ?? []).toString()).toBe(
      '{"access_duration_seconds":3600}',
    );
    const short = await obtain(credentials(), { ...SETTINGS, durationSeconds: 600 });
    const body = short.made.network.sent[0]?.body as Uint8Array | undefined;
    expect(Buffer.from(body ?? []).toString()).toBe('{"access_duration_seconds":600}');
  });

  it('opens a door of its own to Vercel, where the token stands alone', async () => {
    const { outcome } = await obtain(credentials());
    expect(outcome).toMatchObject({
      door: { url: 'https://hoop.example.com:18888', authorization: 'plain' },
      expiresAt: Date.parse(END),
      audit: { service: 'hoop.example.com', policyId: 'vercel-production' },
      revoke: undefined,
    });
  });

  it('takes the proxy that the policy names, whatever the answer says', async () => {
    const settings = { ...SETTINGS, proxy: 'https://proxy.example.com' };
    const { outcome } = await obtain(credentials({ hostname: 'evil.example' }), settings);
    expect(outcome).toMatchObject({ door: { url: 'https://proxy.example.com' } });
  });

  it('counts the duration that it asked for where the answer names no end', async () => {
    const { outcome } = await obtain({ ...credentials(), expire_at: 'soon' });
    expect(outcome).toMatchObject({ expiresAt: 1_000_000 + 3_600_000 });
  });

  it('does not wait for a review', async () => {
    const { outcome } = await obtain({ session_id: 's', has_review: true, review_id: 'review-7' });
    expect(outcome).toMatchObject({
      code: 'DENIED_BY_PROVIDER',
      exitStatus: 5,
      got: 'review review-7 is pending',
      message: expect.stringContaining('(hop hoop)'),
    });
  });
});
