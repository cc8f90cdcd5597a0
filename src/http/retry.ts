import type { Clock, Log, NetworkFault, Random } from '../platform/types.ts';
import { readRetryDelay } from './retry-after.ts';
import { readServerError } from './server-error.ts';
import type { HttpReply } from './types.ts';

/** Longest wait that a server may ask of us between two attempts. */
const MAX_WAIT_MS = 5 * 60_000;
const FIRST_DELAY_MS = 500;
/** Too early, too many requests: refused before anything was done. */
const NOT_DONE = [425, 429];
/** A 429 of Vercel that no waiting mends: the plan's builds are used up. */
const NEVER_AGAIN = 'builds_rate_limited';

export interface RetryDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly random: Random;
  /** Milliseconds since 1970: a wait beyond it would be for nothing. Default: no end. */
  readonly deadlineAt?: () => number;
}

export interface RetryOptions {
  /** What is being done, for the log. */
  readonly what: string;
  readonly attempts: number;
  /** False where a repeat could do the work twice: then only what the server says it did not do is asked again. */
  readonly repeatable: boolean;
  /** Longest wait that the server may ask for. Default 5 minutes. */
  readonly maxWaitMs?: number | undefined;
  readonly signal: AbortSignal;
}

type Answer = Pick<HttpReply, 'status' | 'headers' | 'body'>;

/**
 * The one rule for repeating: network faults, 408, 425, 429 and 5xx; the server's own word on when (`Retry-After`, or
 * the `reset` of its limit) obeyed up to `maxWaitMs`, and not beyond the run's deadline.
 * The last answer is returned whatever it is; the last fault is thrown.
 */
export async function withRetry<T extends Answer>(
  deps: RetryDeps,
  options: RetryOptions,
  attempt: () => Promise<T>,
): Promise<T> {
  for (let number = 1; ; number += 1) {
    const outcome = await settle(attempt, options.signal);
    const last = number >= options.attempts;
    if ('fault' in outcome) {
      if (last || !options.repeatable) throw outcome.fault;
      await pause(deps, options, backoff(number, deps.random), outcome.fault.detail);
      continue;
    }
    const { answer } = outcome;
    if (last || !mayRepeat(answer, options.repeatable)) return answer;
    const wait = readRetryDelay(answer, deps.clock.now()) ?? backoff(number, deps.random);
    if (wait > (options.maxWaitMs ?? MAX_WAIT_MS) || deps.clock.now() + wait >= (deps.deadlineAt?.() ?? Infinity))
      return answer;
    await pause(deps, options, wait, `status ${String(answer.status)}`);
  }
}

export function isTransient(status: number): boolean {
  return status === 408 || status === 425 || status === 429 || status >= 500;
}

function mayRepeat(answer: Answer, repeatable: boolean): boolean {
  if (!(repeatable ? isTransient(answer.status) : NOT_DONE.includes(answer.status))) return false;
  return readServerError(answer).code !== NEVER_AGAIN;
}

export function isNetworkFault(error: unknown): error is NetworkFault {
  return error instanceof Error && error.name === 'NetworkFault';
}

async function settle<T>(
  attempt: () => Promise<T>,
  signal: AbortSignal,
): Promise<{ answer: T } | { fault: NetworkFault }> {
  signal.throwIfAborted();
  try {
    return { answer: await attempt() };
  } catch (error) {
    if (isNetworkFault(error)) return { fault: error };
    throw error;
  }
}

async function pause(deps: RetryDeps, { what, signal }: RetryOptions, ms: number, reason: string): Promise<void> {
  deps.log.debug(`${what}: ${reason}; trying again in ${String(Math.round(ms))} ms`);
  await deps.clock.sleep(ms, signal);
}

function backoff(attempt: number, random: Random): number {
  return FIRST_DELAY_MS * 2 ** (attempt - 1) * (1 + random.fraction());
}
