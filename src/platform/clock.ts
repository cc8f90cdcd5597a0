import { setImmediate as turn, setTimeout as delay } from 'node:timers/promises';
import type { Clock } from './types.ts';

export const nodeClock: Clock = {
  now: () => Date.now(),
  async sleep(ms, signal) {
    try {
      const options = signal ? { signal } : {};
      // A timer of 0 waits a millisecond: an audit rests 3,500 times.
      await (ms > 0 ? delay(ms, undefined, options) : turn(undefined, options));
    } catch (error) {
      // Node wraps the reason in an AbortError; the reason is what callers act on.
      throw signal?.aborted ? signal.reason : error;
    }
  },
  timeout: (ms) => AbortSignal.timeout(ms),
};
