import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from './types.ts';

export const nodeClock: Clock = {
  now: () => Date.now(),
  async sleep(ms, signal) {
    try {
      await delay(ms, undefined, signal ? { signal } : {});
    } catch (error) {
      // Node wraps the reason in an AbortError; the reason is what callers act on.
      throw signal?.aborted ? signal.reason : error;
    }
  },
  timeout: (ms) => AbortSignal.timeout(ms),
};
