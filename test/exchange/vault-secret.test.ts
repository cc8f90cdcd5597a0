import { describe, expect, it } from '@jest/globals';
import type { PipeError } from '../../src/errors.ts';
import type { HopOutput } from '../../src/exchange/index.ts';
import { NEVER } from '../http/support/bench.ts';
import { denied, DONE, got, kv, leased, login, NOW, reply, run, sentTo, SETTINGS } from './support/vault.ts';

describe('a secret', () => {
  it('of KV version 2 is a version of it, where the policy names one', async () => {
    const ran = await run([login(), kv({ api: 'vcp_third' }, 3), DONE], { ...SETTINGS, version: 3, field: 'api' });
    expect(got(ran)).toMatchObject({ expiresAt: undefined, revoke: undefined });
    expect(got(ran).token.reveal()).toBe('vcp_third');
    expect(sentTo(ran.made)[1]).toBe('GET kv/data/vercel?version=3');
    expect(got(ran).audit).toMatchObject({
      service: 'vault.example.com',
      policyId: 'pipelines',
      requestId: 'req-read',
    });
  });

  it('of KV version 1 lies one level higher', async () => {
    const flat = reply({ lease_id: '', lease_duration: 2_764_800, data: { token: 'vcp_flat' } });
    const ran = await run([login(), flat, DONE], { secret: 'kv1/vercel' });
    expect(got(ran).token.reveal()).toBe('vcp_flat');
    // KV's duration is a hint for caches: nothing ends then.
    expect(got(ran).expiresAt).toBeUndefined();
  });

  it.each([
    { name: 'another version', answer: kv({ token: 'vcp_x' }, 4), got: 'version 4' },
    { name: 'no versions', answer: reply({ data: { token: 'vcp_x' } }), got: 'a secret without versions' },
  ])('with $name than asked for is refused', async ({ answer, got: said }) => {
    const { outcome } = await run([login(), answer, DONE], { ...SETTINGS, version: 3 });
    expect(outcome).toMatchObject({ code: 'CREDENTIAL_INVALID', got: said, wanted: 'version 3 of kv/data/vercel' });
  });

  it.each([
    { name: 'is not there', data: { api: 'vcp_x', 'b\n': 1 }, said: 'fields: api, b\\u000a' },
    { name: 'is inherited', data: {}, field: 'constructor', said: 'fields: none' },
    { name: 'is no text', data: { token: 5 }, said: 'fields: token' },
    {
      name: 'ends with a line break',
      data: { token: 'vcp_x\n' },
      said: 'a text that is empty, or has white space in it',
    },
  ])('whose field $name is refused, by names alone', async ({ data, field, said }) => {
    const { outcome } = await run([login(), kv(data), DONE], field === undefined ? SETTINGS : { ...SETTINGS, field });
    expect(outcome).toMatchObject({ code: 'EXCHANGE_NOT_ENABLED', exitStatus: 3, got: said });
    expect((outcome as PipeError).describe()).not.toContain('vcp_');
  });

  it.each([
    {
      name: 'was deleted',
      answer: reply({ data: { data: null, metadata: { deletion_time: '2026-01-01T00:00:00Z', version: 7 } } }, 404),
      fix: /^The newest version of kv\/data\/vercel was deleted/,
    },
    {
      name: 'wants data in its path',
      answer: reply({ errors: [], warnings: ['Invalid path for a versioned K/V secrets engine.'] }, 404),
      fix: /^KV version 2 wants data behind its mount/,
    },
    { name: 'is not there', answer: reply({ errors: [] }, 404), fix: /^Check that kv\/data\/vercel is there/ },
    {
      name: 'took the last use of the login',
      answer: reply({ errors: ['Secret cannot be returned; token had one use left, so leased …'] }, 400),
      fix: /token_num_uses of at least 2/,
    },
  ])('that $name is explained', async ({ answer, fix }) => {
    const { outcome } = await run([login(), answer, DONE]);
    expect(outcome).toMatchObject({ code: 'EXCHANGE_NOT_ENABLED', fix: expect.stringMatching(fix) });
  });
});

describe("an engine's token", () => {
  const settings = { secret: 'vercel-secrets/token' };

  it('lives no longer than the login, which stays for as long as it is used', async () => {
    const ran = await run([login(), leased()], settings);
    expect(got(ran).token.reveal()).toBe('vcp_leased-canary');
    expect(got(ran).expiresAt).toBe(NOW + 300_000);
    expect(sentTo(ran.made)).toEqual(['POST auth/jwt/login', 'GET vercel-secrets/token']);
  });

  it('lives as long as its lease where the login lives longer', async () => {
    expect(got(await run([login({ lease_duration: 3600 }), leased()], settings)).expiresAt).toBe(NOW + 600_000);
    expect(got(await run([login({ lease_duration: 0 }), leased()], settings)).expiresAt).toBe(NOW + 600_000);
  });

  it('is taken back with the login', async () => {
    const { outcome, made } = await run([login(), leased(), DONE], settings);
    await (outcome as HopOutput).revoke?.(NEVER);
    expect(sentTo(made).at(-1)).toBe('POST auth/token/revoke-self');
    expect(made.network.sent.at(-1)?.headers).toMatchObject({ authorization: 'Bearer hvs.login-canary' });
  });

  it('is taken back by its lease where the login is a batch token', async () => {
    const { outcome, made } = await run([login({ token_type: 'batch' }), leased(), DONE], settings);
    await (outcome as HopOutput).revoke?.(NEVER);
    expect(sentTo(made).at(-1)).toBe('POST sys/leases/revoke');
    expect(JSON.parse(new TextDecoder().decode(made.network.sent.at(-1)?.body as Uint8Array))).toEqual({
      lease_id: 'vercel-secrets/token/abc',
      sync: true,
    });
  });

  it.each([
    { auth: {}, fix: /auth\/token\/revoke-self/ },
    { auth: { token_type: 'batch' }, fix: /sys\/leases\/revoke/ },
  ])('that stays is an error for who ends the run ($fix)', async ({ auth, fix }) => {
    const { outcome } = await run([login(auth), leased(), denied], settings);
    await expect((outcome as HopOutput).revoke?.(NEVER)).rejects.toMatchObject({
      code: 'DENIED_BY_PROVIDER',
      fix: expect.stringMatching(fix),
    });
  });

  it('that brings nothing to use ends with the login', async () => {
    const { outcome, made } = await run([login(), leased({ data: { token_id: 't1' } }), DONE], settings);
    expect(outcome).toMatchObject({ code: 'EXCHANGE_NOT_ENABLED', got: 'fields: token_id' });
    expect(sentTo(made).at(-1)).toBe('POST auth/token/revoke-self');
  });

  it.each([
    { name: 'ends with its lease where the login is a batch token', answer: DONE, warnings: [] },
    {
      name: 'is told of where that fails',
      answer: denied,
      warnings: ['What vercel-secrets/token gave was not revoked, and ends with its lease.'],
    },
  ])('that brings nothing to use $name', async ({ answer, warnings }) => {
    const ran = await run([login({ token_type: 'batch' }), leased({ data: {} }), answer], settings);
    expect(ran.outcome).toMatchObject({ code: 'EXCHANGE_NOT_ENABLED', got: 'fields: none' });
    expect(sentTo(ran.made).at(-1)).toBe('POST sys/leases/revoke');
    expect(ran.warnings).toEqual(warnings);
  });
});
