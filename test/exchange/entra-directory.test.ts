import { describe, expect, it } from '@jest/globals';
import { PipeError } from '../../src/errors.ts';
import { entraHop } from '../../src/exchange/entra.ts';
import { createIssuer } from '../../src/sandbox/bitbucket/issuer.ts';
import { createEntra, type EntraOptions } from '../../src/sandbox/entra/entra.ts';
import { Secret } from '../../src/secret.ts';
import { bench, NEVER } from '../http/support/bench.ts';
import { API, INPUT } from './support/hop-contract.ts';
import { routed } from './support/routed.ts';

const NOW = 1_800_000_000_000;
const settings = { tenant: 'acme.onmicrosoft.com', client: 'client-1', scope: 'api://deploy/.default' };

/** The hop against the strict fake, with a token of these claims. */
async function runAgainst(options: EntraOptions, claims: Readonly<Record<string, unknown>>) {
  let time = NOW;
  const slept: number[] = [];
  const warnings: string[] = [];
  const sleep = (ms: number): Promise<void> => {
    slept.push(ms);
    time += ms;
    return Promise.resolve();
  };
  const now = (): number => time;
  const { issuer } = await createIssuer({ baseUrl: 'https://api.bitbucket.org', step: {}, now });
  const { entra, routes } = await createEntra({ now, fetchKeys: () => issuer.keys(), options });
  entra.addCredential('client-1', { issuer: issuer.url, subject: 'Repo-web' });
  const made = bench(routed(routes), { now, sleep });
  const log = { ...made.log, warn: (text: string) => void warnings.push(text) };
  const input = { ...INPUT, token: new Secret(await issuer.mintToken({ claims })) };
  const deps = { http: made.http, clock: made.clock, log, apiUrl: API };
  const outcome = await entraHop.obtain(settings, input, deps, NEVER).catch((error: unknown) => {
    if (error instanceof PipeError) return error;
    throw error;
  });
  return { outcome, slept, warnings, entra };
}

const DIRECTORY: EntraOptions = {
  applications: [{ clientId: 'client-1' }],
  apis: [{ uri: 'api://deploy', clientId: 'api-1' }],
};
const STABLE = { sub: 'Repo-web', aud: 'api://AzureADTokenExchange' };

describe('Entra that compares letter for letter', () => {
  it('gives a token for a stable subject', async () => {
    const { outcome, entra, slept, warnings } = await runAgainst(DIRECTORY, STABLE);
    expect(outcome).toMatchObject({
      expiresAt: NOW + 3_599_000,
      audit: { service: 'login.microsoftonline.com', issuer: entra.issuer, requestId: expect.any(String) },
    });
    expect({ slept, warnings }).toEqual({ slept: [], warnings: [] });
  });

  it("says of a step's own token that no credential can fit it, and which hops give one that can", async () => {
    const { outcome } = await runAgainst(DIRECTORY, { aud: STABLE.aud });
    expect(outcome).toMatchObject({ code: 'DENIED_BY_PROVIDER', exitStatus: 5 });
    const { message, fix, got } = outcome as PipeError;
    expect(message).toBe("Entra did not take the token as the client's assertion (hop entra).");
    expect(got).toMatch(/^status 401 invalid_client AADSTS700213: /);
    expect(fix).toMatch(/exactly, without wildcards, and the token's sub is "\{[^"]+\}:\{[^"]+\}"\./);
    expect(fix).toContain('Put a hop before entra that gives a stable identity (vault, aws or gcp');
    expect(fix).not.toContain('Set Subject');
  });

  it.each([
    { name: 'another subject', claims: { sub: 'api' }, fix: /the token's sub is "api"\. Set Subject/ },
    { name: 'another case', claims: { sub: 'repo-web' }, fix: /case count: set Subject .* to "repo-web"/ },
    {
      name: 'another audience',
      claims: { aud: ['x', 'y'] },
      fix: /aud is \["x", "y"\], .*"api:\/\/AzureADTokenExchange"/,
    },
    { name: 'another issuer', claims: { iss: 'https://v.example' }, fix: /with Issuer "https:\/\/v\.example", letter/ },
  ])('shows what it got: $name', async ({ claims, fix }) => {
    const { outcome } = await runAgainst(DIRECTORY, { ...STABLE, ...claims });
    expect(outcome).toMatchObject({ code: 'DENIED_BY_PROVIDER', fix: expect.stringMatching(fix) });
  });

  it('says until when a token was valid that comes too late', async () => {
    const { outcome } = await runAgainst(DIRECTORY, { ...STABLE, exp: NOW / 1000 - 600 });
    expect(outcome).toMatchObject({
      code: 'CREDENTIAL_INVALID',
      fix: expect.stringContaining('valid until 2027-01-15T07:50:00.000Z'),
    });
  });

  it('asks again for a while where the credential was just made', async () => {
    const { outcome, slept } = await runAgainst({ ...DIRECTORY, propagationMs: 14_000 }, STABLE);
    expect(outcome).not.toBeInstanceOf(PipeError);
    expect(slept).toEqual([5000, 10_000]);
  });

  it('gives up where the credential stays unknown', async () => {
    const { outcome, slept } = await runAgainst({ ...DIRECTORY, propagationMs: 60_000 }, STABLE);
    expect(outcome).toMatchObject({ code: 'DENIED_BY_PROVIDER', fix: expect.stringContaining('Subject "Repo-web"') });
    expect(slept).toEqual([5000, 10_000, 20_000]);
  });

  it('warns of a token whose issuer no policy of Vercel can name', async () => {
    const apis = [{ uri: 'api://deploy', clientId: 'api-1', tokenVersion: null }];
    const { warnings } = await runAgainst({ ...DIRECTORY, apis }, STABLE);
    expect(warnings).toEqual([expect.stringContaining('set requestedAccessTokenVersion to 2')]);
  });
});
