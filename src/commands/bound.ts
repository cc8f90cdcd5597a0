import type { PipeError } from '../errors.ts';
import type { Clock } from '../platform/types.ts';

/**
 * A signal that ends after `ms` with an error of ours. The clock's own reason is nobody's error: where it became the end
 * of a run, it passed for a bug in the pipe.
 */
export function boundBy(clock: Pick<Clock, 'timeout'>, ms: number, error: PipeError): AbortSignal {
  const bound = new AbortController();
  clock.timeout(ms).addEventListener('abort', () => bound.abort(error), { once: true });
  return bound.signal;
}
