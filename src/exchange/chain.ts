import { PipeError } from '../errors.ts';
import type { Clock, Log } from '../platform/types.ts';
import type { Grant } from '../policy/types.ts';
import type { Secret } from '../secret.ts';
import { openHop } from './hops.ts';
import { proveCredential } from './prove.ts';
import type { HopConfig } from './config.ts';
import type { ApiDoor, Credential, ExchangeAudit, HopDeps, HopInput, HopOutput } from './types.ts';

/** Of the five seconds that a stopped run has. */
const STOP_GRACE_MS = 1500;

export interface ExchangeDeps extends HopDeps {
  /** Hears of every exchange that ended well. */
  readonly keep: (audit: ExchangeAudit) => void;
  /**
   * Gets the Vercel token as soon as it is there, for reads that go on beside its proof; their outcome counts for nothing
   * where the proof fails. Not for a renewal.
   */
  readonly beside?: (token: Secret, door: ApiDoor) => void;
}

export interface ExchangeInput {
  readonly stepToken: Secret | undefined;
  readonly vercelToken: Secret | undefined;
  /** `EXCHANGE_CLIENT_SECRET`. */
  readonly clientSecret: Secret | undefined;
  readonly teamId: string;
  /** `VERCEL_POLICY_ID`; a policy file that names another is an error. */
  readonly vercelPolicyId: string | undefined;
  /** See {@link HopInput.session}. */
  readonly session: string;
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
  const { exchange: chain, exchangeName: name, request } = grant;
  const wanted = { teamId: input.teamId, projectId: request.projectId };
  const last = await runHops({ name, chain }, { ...input, ...factsOf(grant) }, deps, leases, signal);
  deps.beside?.(last.token, last.door ?? { url: deps.apiUrl, authorization: 'bearer' });
  return proveCredential(last, wanted, deps, signal);
}

/**
 * Runs a chain whose end is no Vercel credential, but leads to a signer's key.
 * @returns the token at its end.
 */
export async function reachKey(
  grant: Grant,
  chain: { readonly name: string; readonly chain: readonly HopConfig[] },
  input: ExchangeInput,
  deps: ExchangeDeps,
  leases: HopOutput[],
  signal: AbortSignal,
): Promise<Secret> {
  const { token } = await runHops(chain, { ...input, ...factsOf(grant) }, deps, leases, signal);
  return token;
}

type GrantFacts = Pick<HopInput, 'projectId' | 'hasPolicy'>;

function factsOf({ request, policyDigest }: Grant): GrantFacts {
  return { projectId: request.projectId, hasPolicy: policyDigest !== undefined };
}

/** Every hop in turn; each output is a lease at once. */
async function runHops(
  { name, chain }: { readonly name: string; readonly chain: readonly HopConfig[] },
  input: ExchangeInput & GrantFacts,
  deps: ExchangeDeps,
  leases: HopOutput[],
  signal: AbortSignal,
): Promise<HopOutput> {
  let last: HopOutput | undefined;
  for (const config of chain) {
    signal.throwIfAborted();
    const hopInput = { ...toHopInput(input), token: last?.token ?? input.stepToken };
    last = await openHop(config).obtain(hopInput, deps, outlast(signal, deps.clock));
    leases.push(last);
    deps.keep(last.audit);
    deps.log.debug(tellExchange(last));
  }
  if (last) return last;
  throw new PipeError({ code: 'POLICY_INVALID', message: `The exchange ${name} is empty.` });
}

/** One line that names the exchange in the service's own log; nothing of the token but its digest. */
function tellExchange({ hop, audit }: HopOutput): string {
  const { service = 'no service', tokenSha256, requestId = 'unnamed' } = audit;
  return `exchange ${hop} at ${service}: token sha256:${tokenSha256}, request ${requestId}`;
}

/** Takes back what the chain made, the last first. Never throws: a token that stays is a warning, and expires. */
export async function revokeAll(leases: readonly HopOutput[], log: Log, signal: AbortSignal): Promise<void> {
  for (const lease of leases.toReversed()) {
    const until = tellEnd(lease.expiresAt);
    if (!lease.revoke && lease.expiresAt !== undefined) {
      log.debug(`The ${lease.hop} token cannot be taken back, and is valid until ${until}.`);
    }
    try {
      await lease.revoke?.(signal);
    } catch (error) {
      const reason = error instanceof PipeError ? `${error.message} ${error.got ?? ''}` : 'The run ended first.';
      log.warn(`The ${lease.hop} token was not revoked and stays valid until ${until}. ${reason}`.trim());
    }
  }
}

/** A server may name an end that no date can be written of. */
function tellEnd(expiresAt: number | undefined): string {
  const end = new Date(expiresAt ?? Number.NaN);
  return Number.isNaN(end.getTime()) ? 'it expires' : end.toISOString();
}

/** A token whose answer nobody waits for could not be revoked: a stop lets an exchange that is under way come to its end. */
function outlast(signal: AbortSignal, clock: Clock): AbortSignal {
  const patient = new AbortController();
  const giveUp = (): void => patient.abort(signal.reason);
  const wait = (): void => clock.timeout(STOP_GRACE_MS).addEventListener('abort', giveUp, { once: true });
  signal.addEventListener('abort', wait, { once: true });
  return patient.signal;
}

function toHopInput(input: ExchangeInput & GrantFacts): Omit<HopInput, 'token'> {
  return {
    stepToken: input.stepToken,
    staticToken: input.vercelToken,
    clientSecret: input.clientSecret,
    teamId: input.teamId,
    projectId: input.projectId,
    policyId: input.vercelPolicyId,
    hasPolicy: input.hasPolicy,
    session: input.session,
  };
}
