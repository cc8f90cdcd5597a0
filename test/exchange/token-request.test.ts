import { describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import { PipeError } from '../../src/errors.ts';
import { createDpopKey } from '../../src/exchange/dpop.ts';
import { requestToken, type TokenRequest } from '../../src/exchange/token-request.ts';
import type { HttpReply } from '../../src/http/index.ts';
import { bench, NEVER, type Bench } from '../http/support/bench.ts';
import { networkFault, type Answer } from '../http/support/fake-network.ts';

const WANT_NONCE: Answer = {
  status: 400,
  headers: { 'dpop-nonce': 'n-1' },
  body: '{"error":"use_dpop_nonce"}',
};

interface Ran {
  readonly outcome: HttpReply | Error;
  readonly made: Bench;
  /** The form's `client_assertion` of each sending. */
  readonly assertions: (string | null)[];
  /** `nonce` of each sending's proof. */
  readonly nonces: unknown[];
}

async function run(
  answers: Parameters<typeof bench>[0],
  { bound = false, ...more }: Partial<TokenRequest> & { readonly bound?: boolean } = {},
): Promise<Ran> {
  const made = bench(answers);
  const deps = { ...made, apiUrl: 'https://api.example.com' };
  let count = 0;
  const form = (): Promise<Record<string, string>> => {
    count += 1;
    return Promise.resolve({ client_assertion: `assertion-${String(count)}` });
  };
  const dpop = bound ? await createDpopKey(made.clock) : undefined;
  const request: TokenRequest = { service: 'The STS', url: 'https://sts.example.com/token', form, dpop, ...more };
  const outcome = await requestToken(deps, request, NEVER).catch((error: unknown) => error as Error);
  const { sent } = made.network;
  return {
    ...{ outcome, made },
    assertions: sent.map(({ body }) => readField(body as Uint8Array, 'client_assertion')),
    nonces: sent.map(({ headers }) => (headers['dpop'] === undefined ? 'no proof' : nonceOf(headers['dpop']))),
  };
}

function readField(body: Uint8Array, name: string): string | null {
  return new URLSearchParams(new TextDecoder().decode(body)).get(name);
}

function nonceOf(proof: string): unknown {
  return decodeJwt(proof)['nonce'];
}

describe('a request for a token', () => {
  it('is made anew for every attempt', async () => {
    const { outcome, made, assertions } = await run([{ status: 503 }, networkFault('ECONNRESET'), { status: 200 }]);
    expect(outcome).toMatchObject({ status: 200 });
    expect(assertions).toEqual(['assertion-1', 'assertion-2', 'assertion-3']);
    expect(made.slept).toEqual([500, 1000]);
  });

  it('ends with the last answer, and with what the client says where none came', async () => {
    expect((await run([{ status: 500 }, { status: 502 }, { status: 503 }])).outcome).toMatchObject({ status: 503 });
    const reset = networkFault('ECONNRESET');
    const { outcome } = await run([reset, reset, reset]);
    expect(outcome).toBeInstanceOf(PipeError);
    expect(outcome).toMatchObject({ code: 'NETWORK', got: 'ECONNRESET for POST sts.example.com/token' });
  });

  it('is sent once where the form cannot be made, whatever the reason', async () => {
    const fault = new PipeError({ code: 'NETWORK', message: 'Vault could not be reached.' });
    let asked = 0;
    const form = (): Promise<never> => {
      asked += 1;
      return Promise.reject(fault);
    };
    const { outcome } = await run([], { form });
    expect(outcome).toBe(fault);
    expect(asked).toBe(1);
  });

  it('is not repeated after an answer that is too large', async () => {
    const { outcome, made } = await run([{ body: 'x'.repeat(65 * 1024) }]);
    expect(outcome).toMatchObject({ code: 'SERVICE_FAILED', message: 'The STS sent a reply that is too large.' });
    expect(made.network.sent).toHaveLength(1);
  });
});

describe('a request for a bound token', () => {
  it('proves its key, and again with the nonce that the server asks for', async () => {
    const { outcome, nonces, assertions, made } = await run([WANT_NONCE, { status: 200 }], { bound: true });
    expect(outcome).toMatchObject({ status: 200 });
    expect(nonces).toEqual([undefined, 'n-1']);
    expect(assertions).toEqual(['assertion-1', 'assertion-2']);
    expect(made.slept).toEqual([]);
  });

  it('keeps the nonce for a later attempt', async () => {
    const { nonces } = await run([WANT_NONCE, { status: 503 }, { status: 200 }], { bound: true });
    expect(nonces).toEqual([undefined, 'n-1', 'n-1']);
  });

  it('gives the nonce once', async () => {
    const again = { ...WANT_NONCE, headers: { 'dpop-nonce': 'n-2' } };
    const { outcome, nonces } = await run([WANT_NONCE, again], { bound: true });
    expect(outcome).toMatchObject({ status: 400, body: { error: 'use_dpop_nonce' } });
    expect(nonces).toEqual([undefined, 'n-1']);
  });

  it.each([
    { name: 'that names none', answer: { ...WANT_NONCE, headers: {} } },
    { name: 'that refuses for another reason', answer: { ...WANT_NONCE, body: '{"error":"invalid_client"}' } },
  ])('is not sent again after an answer $name', async ({ answer }) => {
    expect((await run([answer], { bound: true })).nonces).toEqual([undefined]);
  });

  it('is not what is sent where nobody asked for it', async () => {
    expect((await run([WANT_NONCE])).nonces).toEqual(['no proof']);
  });
});
