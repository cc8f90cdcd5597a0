import { PipeError } from '../errors.ts';
import type { HttpClient } from '../http/types.ts';
import type { Clock, Log } from '../platform/types.ts';
import type { Grant, HopConfig } from '../policy/types.ts';
import type { Secret } from '../secret.ts';
import { proveCredential } from './prove.ts';
import { staticHop } from './static.ts';
import type { Credential, Hop, HopInput, HopOutput } from './types.ts';
import { createVercelHop } from './vercel.ts';

/** Of the five seconds that a stopped run has. */
const STOP_GRACE_MS = 1500;

export interface ExchangeDeps {
  readonly http: HttpClient;
  readonly clock: Clock;
  readonly log: Log;
  readonly apiUrl: string;
}

export interface ExchangeInput {
  readonly stepToken: Secret | undefined;
  readonly vercelToken: Secret | undefined;
  readonly teamId: string;
  /** `VERCEL_POLICY_ID`; a policy file that names another is an error. */
  readonly vercelPolicyId: string | undefined;
}

/** What is wrong between the grant's chain and the variables; found before anything is sent. */
export function checkChain(grant: Grant, input: ExchangeInput): readonly string[] {
  const faults: string[] = [];
  const uses = new Set(grant.exchange.map(nameHop));
  if (input.vercelToken && !uses.has('static')) {
    faults.push(
      `VERCEL_TOKEN is set, but the exchange ${grant.exchangeName} does not use it: remove it, or set EXCHANGE: static.`,
    );
  }
  if (!input.vercelToken && uses.has('static')) {
    faults.push(`VERCEL_TOKEN is missing, and the exchange ${grant.exchangeName} is static: set it, or use vercel.`);
  }
  for (const hop of grant.exchange) {
    if ('vercel' in hop) faults.push(...checkNames(hop.vercel, input));
  }
  return faults;
}

/**
 * Runs the grant's chain and proves what it gave.
 * @param leases gets every token that was made, in order, even where a later step fails: the caller revokes them.
 * @throws {PipeError} of the hop that failed; there is no other hop to fall back on.
 */
export async function exchange(
  grant: Grant,
  input: ExchangeInput,
  deps: ExchangeDeps,
  leases: HopOutput[],
  signal: AbortSignal,
): Promise<Credential> {
  for (const config of grant.exchange) {
    signal.throwIfAborted();
    const output = await createHop(config, deps).obtain(hopInput(grant, config, input), outlast(signal, deps.clock));
    leases.push(output);
  }
  const last = leases.at(-1);
  if (!last) throw new PipeError({ code: 'POLICY_INVALID', message: `The exchange ${grant.exchangeName} is empty.` });
  return proveCredential(last, { teamId: input.teamId, projectId: grant.request.projectId }, deps, signal);
}

/** Takes back what the chain made, the last first. Never throws: a token that stays is a warning, and expires. */
export async function revokeAll(leases: readonly HopOutput[], log: Log, signal: AbortSignal): Promise<void> {
  for (const lease of leases.toReversed()) {
    try {
      await lease.revoke?.(signal);
    } catch (error) {
      const reason = error instanceof PipeError ? `${error.message} ${error.got ?? ''}` : 'The run ended first.';
      log.warn(`The ${lease.hop} token was not revoked and stays valid until it expires. ${reason}`.trim());
    }
  }
}

/** A token whose answer nobody waits for could not be revoked: a stop lets an exchange that is under way come to its end. */
function outlast(signal: AbortSignal, clock: Clock): AbortSignal {
  const patient = new AbortController();
  const giveUp = (): void => patient.abort(signal.reason);
  const wait = (): void => clock.timeout(STOP_GRACE_MS).addEventListener('abort', giveUp, { once: true });
  signal.addEventListener('abort', wait, { once: true });
  return patient.signal;
}

function createHop(config: HopConfig, deps: ExchangeDeps): Hop {
  switch (nameHop(config)) {
    case 'vercel':
      return createVercelHop(deps);
    case 'static':
      return staticHop;
  }
}

function nameHop(config: HopConfig): Hop['name'] {
  return 'vercel' in config ? 'vercel' : 'static';
}

function hopInput(grant: Grant, config: HopConfig, input: ExchangeInput): HopInput {
  return {
    stepToken: input.stepToken,
    staticToken: input.vercelToken,
    teamId: input.teamId,
    projectId: grant.request.projectId,
    policyId: ('vercel' in config ? config.vercel.policy : undefined) ?? input.vercelPolicyId,
  };
}

function checkNames(named: { readonly team?: string; readonly policy?: string }, input: ExchangeInput): string[] {
  const faults: string[] = [];
  if (named.team !== undefined && named.team !== input.teamId) {
    faults.push(`VERCEL_TEAM_ID is ${input.teamId}, but the policy's exchange names team ${named.team}.`);
  }
  if (named.policy !== undefined && input.vercelPolicyId !== undefined && named.policy !== input.vercelPolicyId) {
    faults.push(`VERCEL_POLICY_ID is ${input.vercelPolicyId}, but the policy's exchange names ${named.policy}.`);
  }
  return faults;
}
