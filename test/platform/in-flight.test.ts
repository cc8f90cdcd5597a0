import { EventEmitter } from 'node:events';
import type { ClientRequest } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { InFlight } from '../../src/platform/in-flight.ts';

interface Watched {
  readonly stopped: string[];
  readonly stop: AbortController;
  /** The request of this name is over. */
  readonly end: (name: string) => void;
}

/** Requests by their names, all of one signal. */
function watch(names: readonly string[]): Watched {
  const inFlight = new InFlight();
  const stop = new AbortController();
  const stopped: string[] = [];
  const requests = new Map<string, EventEmitter>();
  for (const name of names) {
    const request = new EventEmitter();
    requests.set(name, request);
    inFlight.watch(request as unknown as ClientRequest, stop.signal, () => void stopped.push(name));
  }
  return { stopped, stop, end: (name) => void requests.get(name)?.emit('close') };
}

describe('InFlight', () => {
  it.each([
    { ended: [], left: 'abcd' },
    { ended: ['a'], left: 'bcd' },
    { ended: ['d'], left: 'abc' },
    { ended: ['a', 'd'], left: 'bc' },
    { ended: ['a', 'd', 'b'], left: 'c' },
    { ended: ['b', 'a', 'c'], left: 'd' },
    { ended: ['a', 'b', 'c', 'd'], left: '' },
  ])('stops "$left" where $ended have ended', ({ ended, left }) => {
    const { stopped, stop, end } = watch(['a', 'b', 'c', 'd']);
    for (const name of ended) end(name);
    stop.abort();
    expect(stopped.sort().join('')).toBe(left);
  });

  it('stops no request of another signal', () => {
    const [one, other] = [watch(['a']), watch(['b'])];
    one.stop.abort();
    expect([one.stopped, other.stopped]).toEqual([['a'], []]);
  });
});
