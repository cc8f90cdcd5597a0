import type { Clock } from '../platform/types.ts';

export interface Bell {
  readonly ring: () => void;
  /** Resolves at the first ring since the last call. */
  next(): Promise<undefined>;
}

/** Lets the build log wake the poll that waits. */
export function createBell(): Bell {
  let current = Promise.withResolvers<undefined>();
  return {
    ring: () => current.resolve(undefined),
    async next() {
      await current.promise;
      current = Promise.withResolvers<undefined>();
      return undefined;
    },
  };
}

/** Waits for `event`, at most `ms`. */
export async function within(clock: Clock, ms: number, event: Promise<unknown>, signal: AbortSignal): Promise<void> {
  const done = new AbortController();
  const sleeping = clock.sleep(ms, AbortSignal.any([signal, done.signal])).catch(() => undefined);
  await Promise.race([event, sleeping]);
  done.abort();
  signal.throwIfAborted();
}
