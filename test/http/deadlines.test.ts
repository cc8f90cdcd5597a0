import { describe, expect, it } from '@jest/globals';
import { Deadlines } from '../../src/http/deadlines.ts';

interface Bench {
  readonly deadlines: Deadlines;
  readonly clock: { at: number };
  readonly made: readonly AbortController[];
}

function makeBench(): Bench {
  const made: AbortController[] = [];
  const clock = { at: 0 };
  const deadlines = new Deadlines({
    now: () => clock.at,
    timeout: () => {
      const controller = new AbortController();
      made.push(controller);
      return controller.signal;
    },
  });
  return { deadlines, clock, made };
}

const stop = (): AbortController => new AbortController();

describe('deadlines', () => {
  it('are shared by requests of one second, and by no others', () => {
    const { deadlines, clock } = makeBench();
    const { signal } = stop();
    const first = deadlines.of(signal, 30_000);
    clock.at = 999;
    expect(deadlines.of(signal, 30_000)).toBe(first);
    expect(deadlines.of(signal, 60_000)).not.toBe(first);
    expect(deadlines.of(stop().signal, 30_000).signal).not.toBe(first.signal);
    const again = deadlines.of(signal, 30_000);
    clock.at = 1999;
    expect(deadlines.of(signal, 30_000)).not.toBe(again);
    // A clock that is set back.
    clock.at = -1e9;
    expect(deadlines.of(signal, 30_000).deadline).not.toBe(again.deadline);
  });

  it('that are short are for one request alone', () => {
    const { deadlines, made } = makeBench();
    const { signal } = stop();
    expect(deadlines.of(signal, 1500).signal).not.toBe(deadlines.of(signal, 1500).signal);
    expect(made).toHaveLength(2);
  });

  it('end a request, and so does its own signal', () => {
    const { deadlines, made } = makeBench();
    const [one, other] = [stop(), stop()];
    const late = deadlines.of(one.signal, 30_000);
    made[0]?.abort();
    expect([late.deadline.aborted, late.signal.aborted]).toEqual([true, true]);
    expect(deadlines.of(one.signal, 30_000).signal.aborted).toBe(false);
    const stopped = deadlines.of(other.signal, 30_000);
    other.abort();
    expect([stopped.deadline.aborted, stopped.signal.aborted]).toEqual([false, true]);
  });
});
