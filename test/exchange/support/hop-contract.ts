import { describe, expect, it } from '@jest/globals';
import { PipeError } from '../../../src/errors.ts';
import type { HopInput, HopKind, HopName, HopOutput, HopConfigs } from '../../../src/exchange/index.ts';
import { Secret } from '../../../src/secret.ts';
import { bench, NEVER, type Bench } from '../../http/support/bench.ts';
import { networkFault, type Answer } from '../../http/support/fake-network.ts';

export const API = 'https://api.example.com';
export const CANARY = 'subject-token-canary-1234567890';

export const INPUT: HopInput = {
  token: new Secret(CANARY),
  stepToken: new Secret(CANARY),
  staticToken: undefined,
  clientSecret: undefined,
  teamId: 'team_acme',
  projectId: 'prj_web',
  policyId: undefined,
  hasPolicy: true,
  session: 'deploy-11111111-1111-4111-8111-111111111111',
};

export interface Contract<Name extends HopName> {
  readonly hop: HopKind<Name>;
  readonly settings: HopConfigs[Name];
  readonly input?: HopInput;
  /** The answers of a run that ends well, in the order of the requests; the hop asks no more than these. */
  readonly happy: () => readonly Answer[];
  /** The token that it then gives. */
  readonly token: string;
  /** How the first request is refused, as that service says it, and what the hop makes of it. */
  readonly refusals: readonly {
    readonly name: string;
    readonly answer: Answer;
    readonly code: string;
    readonly fix: RegExp;
  }[];
  /** First answers of status 200 that bring nothing to use. */
  readonly malformed: readonly { readonly name: string; readonly body: string }[];
  /** Requests that the hop itself makes to clean up, after `failed` answers; default none. */
  readonly cleanUp?: readonly Answer[];
}

interface Ran {
  readonly outcome: HopOutput | PipeError;
  readonly made: Bench;
}

/** What every hop must do, whatever service it asks. */
export function hopContract<Name extends HopName>(contract: Contract<Name>): void {
  const { hop, settings, happy } = contract;

  async function run(answers: Parameters<typeof bench>[0], clock: Parameters<typeof bench>[1] = {}): Promise<Ran> {
    const made = bench(answers, clock);
    const deps = { http: made.http, clock: made.clock, log: made.log, apiUrl: API };
    const outcome = await hop.obtain(settings, contract.input ?? INPUT, deps, NEVER).catch((error: unknown) => {
      if (error instanceof PipeError) return error;
      throw error;
    });
    return { outcome, made };
  }

  describe(`the contract of the hop ${hop.name}`, () => {
    it('gives the token, and an audit line that cannot be replayed', async () => {
      const { outcome, made } = await run(happy());
      if (outcome instanceof PipeError) throw outcome;
      expect(outcome.token.reveal()).toBe(contract.token);
      expect(outcome).toMatchObject({
        hop: hop.name,
        audit: { hop: hop.name, tokenSha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
      });
      expect(JSON.stringify(outcome)).not.toContain(contract.token);
      // No secret in an address: it would stand in logs.
      expect(made.network.sent.filter(({ url }) => url.includes(CANARY))).toEqual([]);
    });

    it.each(contract.refusals)('tells what to change: $name', async ({ answer, code, fix }) => {
      const { outcome } = await run([answer, ...(contract.cleanUp ?? [])]);
      expect(outcome).toBeInstanceOf(PipeError);
      expect(outcome).toMatchObject({ code, fix: expect.stringMatching(fix) });
      expect((outcome as PipeError).message).toContain(`(hop ${hop.name})`);
    });

    it.each(contract.malformed)('refuses an answer with $name', async ({ body }) => {
      const { outcome } = await run([{ status: 200, body }, ...(contract.cleanUp ?? [])]);
      expect(outcome).toMatchObject({ code: 'CREDENTIAL_INVALID', exitStatus: 4 });
    });

    it('refuses an answer that is too large', async () => {
      const { outcome } = await run([{ status: 200, body: 'x'.repeat(1024 * 1024) }, ...(contract.cleanUp ?? [])]);
      expect(outcome).toMatchObject({ code: 'SERVICE_FAILED', exitStatus: 3 });
    });

    it('follows no redirect', async () => {
      const { outcome, made } = await run([{ status: 302, headers: { location: 'https://evil.example/' } }]);
      expect(outcome).toMatchObject({ code: 'SERVICE_FAILED', got: 'status 302, location evil.example' });
      expect(made.network.sent).toHaveLength(1);
    });

    it('waits as long as a 429 says, and goes on', async () => {
      const { outcome, made } = await run([{ status: 429, headers: { 'retry-after': '7' } }, ...happy()]);
      expect(outcome).not.toBeInstanceOf(PipeError);
      expect(made.slept).toEqual([7000]);
    });

    it('gives up on a 429 that wants more than a minute', async () => {
      const { outcome, made } = await run([{ status: 429, headers: { 'retry-after': '61' } }]);
      expect(outcome).toMatchObject({ code: 'RATE_LIMITED', exitStatus: 3 });
      expect(made.slept).toEqual([]);
    });

    it.each([
      { name: '503', fault: { status: 503 } },
      { name: 'a reset', fault: networkFault('ECONNRESET') },
    ])('goes on after $name', async ({ fault }) => {
      const { outcome } = await run([fault, ...happy()]);
      expect(outcome).not.toBeInstanceOf(PipeError);
    });

    it('ends with status 3 where the service stays broken', async () => {
      const { outcome, made } = await run([{ status: 500 }, { status: 502 }, { status: 503 }]);
      expect(outcome).toMatchObject({ code: 'SERVICE_FAILED', exitStatus: 3 });
      expect(made.network.sent).toHaveLength(3);
    });

    it('ends with status 3 where nobody answers in time', async () => {
      const expired = AbortSignal.abort(new Error('deadline'));
      const mute = (): Promise<Answer> => Promise.reject(new Error('aborted'));
      const { outcome } = await run([mute, mute, mute], { timeout: () => expired });
      expect(outcome).toMatchObject({ code: 'NETWORK', exitStatus: 3 });
    });

    it('repeats no secret that a server sends back', async () => {
      const body = JSON.stringify({
        ...{ error: 'invalid_grant', error_description: `bad token ${CANARY}`, errors: [`bad token ${CANARY}`] },
        ...{ message: `bad token ${CANARY}`, __type: `x#${CANARY}` },
      });
      const { outcome } = await run([{ status: 400, body }, ...(contract.cleanUp ?? [])]);
      expect(outcome).toBeInstanceOf(PipeError);
      expect((outcome as PipeError).describe()).not.toContain(CANARY);
    });
  });
}
