import { describe, expect, it } from '@jest/globals';
import type { PipeError } from '../../src/errors.ts';
import { hoopHop } from '../../src/exchange/hoop.ts';
import { revokeAll, type HopOutput } from '../../src/exchange/index.ts';
import { endOf } from '../../src/services/vault-login.ts';
import { Secret } from '../../src/secret.ts';
import { bench, NEVER } from '../http/support/bench.ts';
import { memoryLog } from '../support/test-platform.ts';
import { API, INPUT } from './support/hop-contract.ts';
import { ACTIVE, PROJECT, reply, runHop, TOKEN } from './support/run-hop.ts';

/** JSON can bring a value that no attempt makes a text or a number of. */
const ODD = { toString: 1, valueOf: 1 };

describe('an answer that nobody sends by mistake', () => {
  it.each([
    ['a project whose id is no text', { project: reply({ ...PROJECT, id: ODD }) }, 'project object'],
    ['a project whose id is null', { project: reply({ ...PROJECT, id: null }) }, 'project null'],
    ['a project whose id forges a line', { project: reply({ ...PROJECT, id: 'a\n\u001b[31mb' }) }, 'project a [31mb'],
    ['another owner', { project: reply({ ...PROJECT, accountId: 'x\u2028y' }) }, 'a project of x y'],
    ['another client', { introspection: reply({ ...ACTIVE, client_id: 'x\u009by' }) }, 'client_id x y'],
    ['another team', { introspection: reply({ ...ACTIVE, team: { id: 'x\u202ey' } }) }, 'team x y'],
  ])('is told in harmless words: %s', async (_, answers, got) => {
    const { outcome } = await runHop(answers);
    expect(outcome).toMatchObject({ code: 'CREDENTIAL_INVALID', got });
  });

  it('shows no half of the token where a value is cut', async () => {
    const { outcome } = await runHop({ project: reply({ ...PROJECT, id: `${'x'.repeat(75)}${TOKEN.access_token}` }) });
    expect((outcome as PipeError).describe()).not.toContain('vca_');
  });

  it.each([
    ['its host and port', { connection_credentials: { hostname: ODD, port: ODD, proxy_token: 'hpx_12345678' } }],
    ['its review', { has_review: true, review_id: ODD }],
  ])('of hoop is an error that says what came, whatever kind of value is %s', async (_, body) => {
    const made = bench([{ status: 200, body: JSON.stringify(body) }]);
    const settings = { address: 'https://hoop.example.com', connection: 'vercel' };
    const outcome = hoopHop.obtain(settings, INPUT, { ...made, apiUrl: API }, NEVER);
    await expect(outcome).rejects.toMatchObject({ got: expect.stringContaining('object') });
  });

  it('with a life of millions of years costs no revocation', async () => {
    const { leases, made } = await runHop({ token: reply({ ...TOKEN, expires_in: 8.64e15 }) });
    const revoked: string[] = [];
    const first = leases[0] as HopOutput;
    const log = memoryLog();
    const never = { ...first, revoke: undefined };
    const failing = { ...first, revoke: () => Promise.reject(new Error('no')) };
    const last = { ...first, revoke: () => Promise.resolve(void revoked.push('last')) };
    await revokeAll([last, never, failing], log, NEVER);
    expect(revoked).toEqual(['last']);
    expect(log.text()).toContain('stays valid until it expires');
    expect(made.network.sent.length).toBeGreaterThan(0);
  });

  it('of Vault with a lease of millions of years has no end', () => {
    expect(endOf(8.64e15, 1000)).toBeUndefined();
    expect(endOf(1e9, 1000)).toBe(1e12 + 1000);
  });

  it('holds a token that is half a letter, and hides it all the same', () => {
    const text = 'token-with-half-a-letter-\ud800';
    expect(new Secret(text).reveal()).toBe(text);
  });
});
