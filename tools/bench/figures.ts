/** The bench's sums: medians, ratios of pairs, and what may be said of them. Pure. */
import type { Usage } from './measure.ts';
import type { Metric, Target } from './rows.ts';
import type { Looked } from './server.ts';

export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

/** `unclear`: some runs reach the target and some do not, so nothing is said. */
export type Verdict = 'met' | 'missed' | 'unclear';

export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  const [low, high] = [sorted[Math.floor(middle)], sorted[Math.ceil(middle)]];
  if (low === undefined || high === undefined) throw new Error('no values to take the median of');
  return { median: (low + high) / 2, least: sorted[0] ?? low, most: sorted.at(-1) ?? high };
}

export function pick(usages: readonly Usage[], metric: Metric): readonly number[] {
  return usages.map(({ wallMs, cpuMs, peakBytes }) => ({ wall: wallMs, cpu: cpuMs, memory: peakBytes })[metric]);
}

/** Of the runs that were made side by side; a side that ran less often is compared by its last run. */
export function ratiosOf(ours: readonly number[], peer: readonly number[]): readonly number[] {
  const pairs = Math.max(ours.length, peer.length);
  return Array.from({ length: pairs }, (_, index) => at(ours, index) / at(peer, index));
}

function at(values: readonly number[], index: number): number {
  return values[index] ?? values.at(-1) ?? NaN;
}

export function judge({ least, most }: Spread, target: Target): Verdict {
  if (most <= target.most) return 'met';
  return least > target.most ? 'missed' : 'unclear';
}

export const REQUEST_KINDS = ['identity', 'exchange', 'context', 'deploying', 'polling', 'revocation'] as const;
export type RequestKind = (typeof REQUEST_KINDS)[number];

/** How many requests of each kind. What is of no other kind is deploying. */
export function countRequests(requests: Looked['requests']): Readonly<Record<RequestKind, number>> {
  const counts = { identity: 0, exchange: 0, context: 0, deploying: 0, polling: 0, revocation: 0 };
  for (const request of requests) counts[kindOf(request)] += 1;
  return counts;
}

function kindOf({ method, path }: Looked['requests'][number]): RequestKind {
  if (path.endsWith('/oauth/token/revoke')) return 'revocation';
  // What the record says of the project is read beside the proof of the credential, so it costs no wait.
  if (method === 'GET' && /^\/v\d+\/(?:deployments$|projects\/[^/]+\/)/.test(path)) return 'context';
  // The project is read to prove the credential.
  if (path.includes('/oauth/token') || path.startsWith('/v9/projects/')) return 'exchange';
  if (path.endsWith('/keys.json') || path.endsWith('/.well-known/openid-configuration')) return 'identity';
  return method === 'GET' && /^\/v\d+\/(?:now\/)?deployments\/[^/]+(?:\/events)?$/.test(path) ? 'polling' : 'deploying';
}
