import { readdirSync, readlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Breach } from './types.ts';

const LOOKS = 100;
const LOOK_MS = 5;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** What this process holds. */
export interface Held {
  /** What each file descriptor leads to, without the numbers. */
  readonly descriptors: ReadonlyMap<string, number>;
  /** What keeps the process alive, by its kind. */
  readonly resources: ReadonlyMap<string, number>;
}

export interface Memory {
  /** Runs that had been done. */
  readonly runs: number;
  /** Bytes, after a collection. */
  readonly heap: number;
  readonly rss: number;
}

/** libuv keeps one descriptor in reserve from the first socket on: it belongs to the engine, and to no run. */
export function warmUp(): Promise<void> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => server.close(() => resolve()));
  });
}

export function lookAtProcess(): Held {
  const names = readdirSync('/proc/self/fd').flatMap((name) => {
    try {
      return [readlinkSync(`/proc/self/fd/${name}`).replace(/\d+/g, '#')];
    } catch {
      // The folder that is being read is one of them, and closed by now.
      return [];
    }
  });
  return { descriptors: countEach(names), resources: countEach(process.getActiveResourcesInfo()) };
}

/** What is held now and was not before; sockets and files need a moment to close. */
export async function checkHeld(before: Held): Promise<Breach[]> {
  let breaches: Breach[] = [];
  for (let look = 0; look < LOOKS; look += 1) {
    const now = lookAtProcess();
    breaches = [
      ...grown(before.descriptors, now.descriptors).map((words) => ({ invariant: 'DESCRIPTORS', words })),
      ...grown(before.resources, now.resources).map((words) => ({ invariant: 'TIMERS', words })),
    ];
    if (breaches.length === 0) return [];
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  return breaches;
}

/** Twice, with a turn between: what a finalizer lets go of is garbage only for the next one. */
export async function measureMemory(runs: number): Promise<Memory> {
  for (let turn = 0; turn < 3; turn += 1) {
    collect();
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  collect();
  const { heapUsed, external, rss } = process.memoryUsage();
  return { runs, heap: heapUsed + external, rss };
}

function grown(before: ReadonlyMap<string, number>, now: ReadonlyMap<string, number>): string[] {
  return [...now].flatMap(([name, count]) => {
    const more = count - (before.get(name) ?? 0);
    return more > 0 ? [`${String(more)} more: ${name}`] : [];
  });
}

function countEach(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}
