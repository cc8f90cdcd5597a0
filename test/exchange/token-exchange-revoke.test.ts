import { describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import { createTokenExchangeHop } from '../../src/exchange/token-exchange.ts';
import { revocationOf } from '../../src/exchange/token-exchange-revoke.ts';
import { Secret } from '../../src/secret.ts';
import { bench, NEVER, type Bench } from '../http/support/bench.ts';
import type { Answer } from '../http/support/fake-network.ts';
import { API, INPUT } from './support/hop-contract.ts';
import { localKey } from './support/local-key.ts';

const SETTINGS = { url: 'https://sts.example.com/token', revokeUrl: 'https://sts.example.com/revoke', clientId: 'c' };
const SIGNER = { vault: { address: 'https://vault.example.com', role: 'r', key: 'k' } };
const GIVEN: Answer = {
  body: JSON.stringify({ access_token: 'token-canary-1', token_type: 'Bearer', expires_in: 60 }),
};

const formOf = ({ network }: Bench, index: number): Readonly<Record<string, string>> =>
  Object.fromEntries(new URLSearchParams(Buffer.from(network.sent[index]?.body as Uint8Array).toString()));

describe('the revocation of an exchanged token', () => {
  it('is signed beforehand, for its own address and for as long as a run may last', async () => {
    const made = bench([GIVEN, {}]);
    const key = localKey();
    const settings = { ...SETTINGS, signer: SIGNER };
    const output = await createTokenExchangeHop(key.open).obtain(settings, INPUT, { ...made, apiUrl: API }, NEVER);
    await output.revoke?.(NEVER);
    // Nothing is signed after the key is closed.
    expect(key.asked).toEqual(['open', 'sign', 'sign', 'close']);
    const { client_assertion: assertion = '', ...form } = formOf(made, 1);
    expect(form).toEqual({
      ...{ client_id: 'c', token: 'token-canary-1', token_type_hint: 'access_token' },
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    });
    const { aud, exp, iat } = decodeJwt(assertion);
    expect({ aud, life: Number(exp) - Number(iat) }).toEqual({ aud: SETTINGS.revokeUrl, life: 55 * 60 });
    expect(formOf(made, 0)['client_assertion']).not.toBe(assertion);
  });

  it('asks for no signature where the policy names no address', async () => {
    const made = bench([GIVEN]);
    const key = localKey();
    const settings = { url: SETTINGS.url, clientId: 'c', signer: SIGNER };
    const output = await createTokenExchangeHop(key.open).obtain(settings, INPUT, { ...made, apiUrl: API }, NEVER);
    expect(output.revoke).toBeUndefined();
    expect(key.asked).toEqual(['open', 'sign', 'close']);
  });

  it.each([
    { answers: [{ status: 503 }, { status: 200 }], message: undefined },
    { answers: [{ status: 429, headers: { 'retry-after': '10' } }], message: /could not be revoked; it stays valid/ },
    {
      answers: [{ status: 400, body: '{"error":"unsupported_token_type"}' }],
      message: /The token that sts\.example\.com/,
    },
  ])('says what became of it: $answers', async ({ answers, message }) => {
    const made = bench(answers);
    const farewell = { form: { client_id: 'c' }, basic: undefined };
    const revoke = revocationOf(SETTINGS, { token: new Secret('t'), farewell }, { ...made, apiUrl: API });
    const outcome = await revoke?.(NEVER).catch((error: unknown) => error);
    expect(outcome).toEqual(
      message && expect.objectContaining({ code: 'SERVICE_FAILED', message: expect.stringMatching(message) }),
    );
    expect(made.network.sent).toHaveLength(answers.length);
  });
});
