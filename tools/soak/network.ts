import type { Network, SendRequest, SendResponse } from '../../src/platform/types.ts';
import type { RunClock, SpedClock } from './clock.ts';
import type { Hang, Moment } from './types.ts';

/** What became of the requests of a run. */
export interface Watched extends Network {
  readonly seen: {
    requests: number;
    hung: number;
    /** Of the exchange: sent, and answered in whole. */
    exchanges: number;
    exchanged: number;
    /** Under way, bodies that are not read to their end included. */
    open: number;
  };
}

export interface WatchOptions {
  readonly sped: SpedClock;
  readonly clock: RunClock;
  readonly hang: Hang | undefined;
  readonly onMoment: (nth: number, moment: Moment) => void;
}

/** The platform's own network, and who looks on. */
export function watchNetwork(inner: Network, options: WatchOptions): Watched {
  const seen = { requests: 0, hung: 0, exchanges: 0, exchanged: 0, open: 0 };
  return {
    seen,
    close: () => inner.close(),
    async send(request) {
      seen.requests += 1;
      const nth = seen.requests;
      options.onMoment(nth, 'asked');
      if (nth === options.hang?.nth) return hang(request, options, seen);
      const { pathname } = new URL(request.url);
      const isExchange = request.method === 'POST' && pathname.endsWith('/oauth/token');
      // A build log is open for as long as a build takes, and time goes on meanwhile.
      const release = pathname.endsWith('/events') ? () => undefined : options.sped.hold();
      if (isExchange) seen.exchanges += 1;
      seen.open += 1;
      let status = 0;
      const end = (whole: boolean): void => {
        release();
        seen.open -= 1;
        // An error may come although a token was made.
        if (whole && isExchange && status < 500) seen.exchanged += 1;
        if (whole) options.onMoment(nth, 'read');
      };
      try {
        const response = await inner.send(request);
        options.onMoment(nth, 'answered');
        status = response.status;
        return watchBody(response, end);
      } catch (error) {
        end(false);
        throw error;
      }
    },
  };
}

function watchBody(response: SendResponse, end: (whole: boolean) => void): SendResponse {
  let open = true;
  const endOnce = (whole: boolean): void => {
    if (open) end(whole);
    open = false;
  };
  const body = {
    [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
      const inner = response.body[Symbol.asyncIterator]();
      return {
        async next() {
          try {
            const result = await inner.next();
            if (result.done) endOnce(true);
            return result;
          } catch (error) {
            endOnce(false);
            throw error;
          }
        },
        async return(value: unknown) {
          endOnce(false);
          await inner.return?.(value);
          return { done: true, value: undefined };
        },
      };
    },
  };
  return { ...response, body };
}

/** Nothing comes, until whoever asked has waited long enough. */
async function hang(request: SendRequest, { sped, clock }: WatchOptions, seen: Watched['seen']): Promise<never> {
  seen.hung += 1;
  const { signal, idleTimeoutMs } = request;
  const end = sped.await();
  try {
    return await new Promise((_, reject) => {
      const stop = (): void => reject(signal?.reason as Error);
      if (signal?.aborted) {
        stop();
        return;
      }
      signal?.addEventListener('abort', stop, { once: true });
      if (idleTimeoutMs === undefined) return;
      const late = (): void => reject(Object.assign(new Error('hung'), { name: 'NetworkFault', detail: 'ETIMEDOUT' }));
      clock.sleep(idleTimeoutMs, signal).then(late, () => undefined);
    });
  } finally {
    end();
  }
}
