import { describe, expect, it } from '@jest/globals';
import { PipeError } from '../../src/errors.ts';
import { exchange, keepCredential, type CredentialKeeper, type HopOutput } from '../../src/exchange/index.ts';
import { createSandbox, type Sandbox, type SandboxOptions } from '../../src/sandbox/index.ts';
import { createHttpClient } from '../../src/http/index.ts';
import { Secret } from '../../src/secret.ts';
import type { MemoryLog } from '../support/test-platform.ts';
import { memoryLog } from '../support/test-platform.ts';
import { sandboxNetwork } from '../support/sandbox-network.ts';
import { grantFor } from './support/run-hop.ts';

const START = 1_800_000_000_000;
const HOUR = 3_600_000;

interface Kept {
  readonly sandbox: Sandbox;
  readonly keeper: CredentialKeeper;
  readonly leases: HopOutput[];
  readonly log: MemoryLog;
  /** Moves the time on. */
  readonly pass: (ms: number) => void;
  /** Lets what sleeps wake up. */
  readonly wake: () => Promise<void>;
}

/** A credential of the sandbox, on a clock that the test moves. */
async function keep(options: SandboxOptions = {}, stepLife = HOUR): Promise<Kept> {
  let now = START;
  const sleepers: (() => void)[] = [];
  const sandbox = await createSandbox({ ...options, now: () => now });
  const clock = {
    now: () => now,
    sleep: () => new Promise<void>((resolve) => void sleepers.push(resolve)),
    timeout: () => new AbortController().signal,
  };
  const log = memoryLog();
  const random = { uuid: () => 'u', fraction: () => 0 };
  const http = createHttpClient({ network: sandboxNetwork(sandbox), clock, log, random, userAgent: 'test' });
  const deps = { http, clock, log, apiUrl: sandbox.vercelUrl, keep: () => undefined };
  const stepToken = new Secret(await sandbox.issuer.mintToken());
  const input = {
    stepToken,
    vercelToken: undefined,
    clientSecret: undefined,
    teamId: 'team_acme',
    vercelPolicyId: undefined,
    session: 'deploy-test',
  };
  const leases: HopOutput[] = [];
  const signal = new AbortController().signal;
  const grant = grantFor({ vercel: {} });
  const first = await exchange(grant, input, deps, leases, signal);
  const keeper = keepCredential(first, { grant, input, stepTokenExpiresAt: START + stepLife, deps, leases, signal });
  return {
    ...{ sandbox, keeper, leases, log },
    pass: (ms) => (now += ms),
    async wake() {
      for (const resolve of sleepers.splice(0)) resolve();
      await new Promise((resolve) => setTimeout(resolve, 20));
    },
  };
}

const shown = async (keeper: CredentialKeeper): Promise<string> => (await keeper.bearer()).reveal();

describe('a credential that is kept', () => {
  it('is the same while it lives', async () => {
    const { keeper, sandbox, pass } = await keep({ exchange: { expiresInSeconds: 600 } });
    const before = await shown(keeper);
    pass(470_000);
    expect(await shown(keeper)).toBe(before);
    expect(sandbox.vercel.tokens.filter(({ kind }) => kind === 'app')).toHaveLength(1);
  });

  it('is exchanged again before it expires, once for all who ask, and the old one revoked after the new one is proved', async () => {
    const { keeper, sandbox, leases, pass, wake } = await keep({ exchange: { expiresInSeconds: 600 } });
    const before = await shown(keeper);
    pass(490_000);
    const after = await Promise.all([shown(keeper), shown(keeper), shown(keeper)]);
    expect(new Set(after).size).toBe(1);
    expect(after[0]).not.toBe(before);
    const tokens = sandbox.vercel.tokens.filter(({ kind }) => kind === 'app');
    expect(tokens.map(({ revokedAt }) => revokedAt === undefined)).toEqual([true, true]);
    const asked = sandbox.journal.map(({ path }) => path);
    expect(asked[3]).toBe('/login/oauth/token');
    expect(asked.slice(4).sort()).toEqual(['/login/oauth/token/introspect', '/v9/projects/prj_web']);

    await wake();
    expect(tokens.map(({ revokedAt }) => revokedAt === undefined)).toEqual([false, true]);
    expect(leases.map(({ token }) => token.reveal())).toEqual([after[0]]);
  });

  it('is still a lease where it was renewed twice before the first of the old ones was revoked', async () => {
    const { keeper, sandbox, leases, pass, wake } = await keep({ exchange: { expiresInSeconds: 600 } });
    for (let renewals = 0; renewals < 2; renewals += 1) {
      pass(490_000);
      await shown(keeper);
    }
    expect(leases).toHaveLength(3);
    await wake();
    expect(leases.map(({ token }) => token.reveal())).toEqual([await shown(keeper)]);
    const revoked = sandbox.vercel.tokens.filter(({ kind }) => kind === 'app').map((token) => !!token.revokedAt);
    expect(revoked).toEqual([true, true, false]);
    expect(sandbox.journal.filter(({ path }) => path.endsWith('/revoke'))).toHaveLength(2);
  });

  it('is settled when a renewal that nobody waits for has left its token among the leases', async () => {
    const { keeper, leases, pass } = await keep({ exchange: { expiresInSeconds: 600 } });
    await keeper.settled();
    pass(490_000);
    const asked = keeper.bearer();
    expect(leases).toHaveLength(1);
    await keeper.settled();
    expect(leases).toHaveLength(2);
    expect((await asked).reveal()).toBe(leases[1]?.token.reveal());
  });

  it('stays in use where a renewal fails, which is told and tried again', async () => {
    const { keeper, sandbox, log, pass } = await keep({ exchange: { expiresInSeconds: 600 } });
    const before = await shown(keeper);
    pass(490_000);
    sandbox.misbehave({
      match: { path: /oauth\/token$/ },
      action: { kind: 'status', status: 400, body: { error: 'x' } },
    });
    expect(await shown(keeper)).toBe(before);
    expect(log.text()).toMatch(/warn The Vercel token could not be renewed yet: Vercel's token exchange refused/);
    expect(await shown(keeper)).toBe(before);
    pass(16_000);
    expect(await shown(keeper)).not.toBe(before);
  });

  it('ends with the error of the exchange where it has expired', async () => {
    const { keeper, sandbox, pass } = await keep({ exchange: { expiresInSeconds: 600 } });
    pass(601_000);
    sandbox.misbehave({
      match: { path: /oauth\/token$/ },
      action: { kind: 'status', status: 400, body: { error: 'x' } },
    });
    const failure = await keeper.bearer().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(PipeError);
    expect(failure).toMatchObject({ code: 'DENIED_BY_VERCEL' });
  });

  it.each([
    { name: "the step's token outlives it", stepLife: HOUR, endsAt: START + HOUR - 30_000 + 600_000 },
    { name: "the step's token is about to end", stepLife: 20_000, endsAt: START + 600_000 },
  ])('can carry the run so far where $name', async ({ stepLife, endsAt }) => {
    const { keeper } = await keep({ exchange: { expiresInSeconds: 600 } }, stepLife);
    expect(keeper.endsAt).toBe(endsAt);
  });
});
