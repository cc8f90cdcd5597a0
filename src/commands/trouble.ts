import { isNetworkFault, isTransient } from '../http/index.ts';
import type { Network, SendRequest } from '../platform/types.ts';

/** More of it hides what to do. */
const KEPT = 3;

export interface WatchedNetwork {
  readonly network: Network;
  /** What has failed and not succeeded since, at most three requests, the newest last: `POST HOST/PATH: status 500`. */
  readonly trouble: () => readonly string[];
}

/**
 * The network as it is, and what goes wrong on it: a run that its deadline ends in the midst of trying again has no
 * error of that, and would blame a build which there never was.
 */
export function watchNetwork(network: Network): WatchedNetwork {
  const failed = new Map<string, string>();
  const settle = (request: SendRequest, fault: string | undefined): void => {
    // Bitbucket's own, for reports: most steps have none, and no run waits for one.
    if (request.proxy !== undefined) return;
    const name = nameRequest(request);
    // Deleted first, so that the newest is the last.
    failed.delete(name);
    if (fault === undefined) return;
    failed.set(name, fault);
    for (const [oldest] of failed) if (failed.size > KEPT) failed.delete(oldest);
  };
  return {
    network: {
      ...network,
      async send(request) {
        try {
          const response = await network.send(request);
          settle(request, isTransient(response.status) ? `status ${String(response.status)}` : undefined);
          return response;
        } catch (error) {
          const fault = describeFault(error, request.signal);
          if (fault !== undefined) settle(request, fault);
          throw error;
        }
      },
    },
    trouble: () => [...failed].map(([name, fault]) => `${name}: ${fault}`),
  };
}

/** Without its query, which may be what gives access. */
function nameRequest({ method, url }: SendRequest): string {
  const { host, pathname } = new URL(url);
  return `${method} ${host}${pathname}`;
}

/** Undefined where the request was given up from outside: no fault of whom it asked. */
function describeFault(error: unknown, signal: AbortSignal | undefined): string | undefined {
  const reason = signal?.reason as { readonly name?: unknown } | undefined;
  if (reason?.name === 'TimeoutError') return 'no answer in time';
  return isNetworkFault(error) && signal?.aborted !== true ? error.detail : undefined;
}
