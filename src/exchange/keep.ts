import { PipeError } from '../errors.ts';
import type { Grant } from '../policy/types.ts';
import type { Secret } from '../secret.ts';
import { exchange, type ExchangeDeps, type ExchangeInput } from './chain.ts';
import type { Credential, HopOutput } from './types.ts';

/** A credential that is this near to its end is not begun with: one request may take long. */
const RENEW_BEFORE_MS = 120_000;
/** Of a short life, so that a token of a minute is not renewed with every request. */
const RENEW_BEFORE_SHARE = 1 / 3;
/** The step's token must live this much longer, or the exchange would refuse it. */
const EXCHANGE_NEEDS_MS = 30_000;
/** Requests that are under way with the old token are not cut off by its revocation. */
const OLD_TOKEN_GRACE_MS = 30_000;
/** After a renewal that failed, while the token at hand still lives. */
const TRY_AGAIN_MS = 15_000;

export interface Renewal {
  readonly grant: Grant;
  readonly input: ExchangeInput;
  /** Milliseconds since 1970. */
  readonly stepTokenExpiresAt: number;
  readonly deps: ExchangeDeps;
  /** Gets every new token; an old one leaves it when it is revoked. */
  readonly leases: HopOutput[];
  /** Ends with the work, so that nothing waits for an old token's turn. */
  readonly signal: AbortSignal;
}

/** Keeps the run in possession of a living credential. */
export interface CredentialKeeper {
  /** The token for the next request. Rejects with the exchange's PipeError where none can be had any more. */
  bearer(): Promise<Secret>;
  /** The token at hand, for the last words of a run: nothing is exchanged for it. */
  current(): Secret;
  /** Resolves when no renewal is under way: a token that came after all others were revoked would outlive the run. */
  settled(): Promise<void>;
  /** The last moment to which renewals can carry the run, milliseconds since 1970; undefined where there is no end. */
  readonly endsAt: number | undefined;
}

/**
 * Exchanges again before the credential expires, while the step's token lives: the new one is proved first, then the
 * old one is revoked. Nothing runs by a timer: a renewal happens when a request asks for the token.
 */
export function keepCredential(first: Credential, renewal: Renewal): CredentialKeeper {
  const { clock, log } = renewal.deps;
  let current = first;
  let renewAt = whenToRenew(first, clock.now());
  let renewing: Promise<void> | undefined;
  const retired = new Set<HopOutput>();

  const isDue = (): boolean => clock.now() >= renewAt && canRenew(current, renewal);
  const renew = async (): Promise<void> => {
    try {
      const { grant, input, deps, leases, signal } = renewal;
      // Those of an earlier renewal may still wait for their turn, which is theirs alone.
      const old = leases.filter((lease) => !retired.has(lease));
      current = await exchange(grant, input, deps, leases, signal);
      renewAt = whenToRenew(current, clock.now());
      log.debug('the Vercel token was renewed');
      for (const lease of old) retired.add(lease);
      void revokeLater(old, renewal);
    } catch (error) {
      if (!(error instanceof PipeError) || isExpired(current, clock.now())) throw error;
      renewAt = clock.now() + TRY_AGAIN_MS;
      log.warn(`The Vercel token could not be renewed yet: ${error.message}`);
    } finally {
      renewing = undefined;
    }
  };
  return {
    endsAt: lastMoment(first, renewal),
    current: () => current.token,
    async settled() {
      // Whoever asked for the token hears of a failure.
      await renewing?.catch(() => undefined);
    },
    async bearer() {
      if (renewing === undefined && isDue()) renewing = renew();
      await renewing;
      return current.token;
    },
  };
}

function whenToRenew({ expiresAt }: Credential, now: number): number {
  if (expiresAt === undefined) return Infinity;
  return expiresAt - Math.min(RENEW_BEFORE_MS, (expiresAt - now) * RENEW_BEFORE_SHARE);
}

function isExpired({ expiresAt }: Credential, now: number): boolean {
  return expiresAt !== undefined && expiresAt <= now;
}

function canRenew({ hop }: Credential, { stepTokenExpiresAt, deps }: Renewal): boolean {
  return hop !== 'static' && stepTokenExpiresAt - deps.clock.now() > EXCHANGE_NEEDS_MS;
}

function lastMoment(first: Credential, renewal: Renewal): number | undefined {
  if (first.expiresAt === undefined || !canRenew(first, renewal)) return first.expiresAt;
  const life = first.expiresAt - renewal.deps.clock.now();
  return Math.max(first.expiresAt, renewal.stepTokenExpiresAt - EXCHANGE_NEEDS_MS + life);
}

/** Never throws: where it fails, the end of the run tries once more. */
async function revokeLater(old: readonly HopOutput[], { deps, leases, signal }: Renewal): Promise<void> {
  try {
    await deps.clock.sleep(OLD_TOKEN_GRACE_MS, signal);
    for (const lease of old.toReversed()) {
      await lease.revoke?.(signal);
      leases.splice(leases.indexOf(lease), 1);
    }
  } catch {
    deps.log.debug('the old Vercel token is revoked at the end of the run');
  }
}
