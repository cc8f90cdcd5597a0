import { createHttpClient, type HttpClient } from '../../../src/http/index.ts';
import type { Clock, Log } from '../../../src/platform/types.ts';
import { fakeNetwork } from './fake-network.ts';

export const NEVER = new AbortController().signal;

export interface Bench {
  readonly http: HttpClient;
  readonly network: ReturnType<typeof fakeNetwork>;
  readonly slept: number[];
  readonly clock: Clock;
  readonly log: Log;
}

/** A client over a network that answers from a list; it sleeps at once and remembers for how long. */
export function bench(
  answers: Parameters<typeof fakeNetwork>[0],
  clock: Partial<Clock> = {},
  httpsProxy?: string,
): Bench {
  const slept: number[] = [];
  const network = { ...fakeNetwork(answers), ...(httpsProxy === undefined ? {} : { httpsProxy }) };
  const quiet = (): void => undefined;
  const log: Log = {
    debug: quiet,
    info: quiet,
    warn: quiet,
    error: quiet,
    done: quiet,
    block: quiet,
    close: () => Promise.resolve(),
  };
  const steady: Clock = {
    now: () => 1_000_000,
    sleep: (ms) => {
      slept.push(ms);
      return Promise.resolve();
    },
    timeout: () => NEVER,
    ...clock,
  };
  const random = { uuid: () => 'u', fraction: () => 0 };
  const http = createHttpClient({ network, log, clock: steady, random, userAgent: 'vercel-oidc-deploy/test' });
  return { http, network, slept, clock: steady, log };
}
