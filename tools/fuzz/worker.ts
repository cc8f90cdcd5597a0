/**
 * One target for some seconds, in a process of its own: `worker.ts NAME SEED SECONDS [PATH]`. Memory is measured at two
 * fifths of the time and at its end; a parent that hears nothing for long takes it for hung.
 */
import fc from 'fast-check';
import { TARGETS } from '../../test/fuzz/targets/index.ts';
import type { Outcome } from './run.ts';

/** What fast-check, the compiler and the few secrets of a run may add in the second half of the time. */
const MAX_GROWTH_MIB = 24;
const BEAT_MS = 500;
const MIN_MS = 500;
const SETTLE_MS = 300;
/** Enough that the compiler and all caches have had their fill. */
const FIRST_MEASURE = 0.4;

const [name = '', seed = '0', seconds = '1', path] = process.argv.slice(2);
const target = TARGETS.find((one) => one.name === name);
if (!target) throw new Error(`no target ${name}`);

/** The start of the process is part of the time. */
const startedAt = performance.timeOrigin;
const timeMs = Number(seconds) * 1000;
const leftMs = Math.max(timeMs - performance.now(), MIN_MS);
let [runs, slowestMs, lastBeat] = [0, 0, 0];
let before: number | undefined;

// Whoever is stopped leaves nothing behind that works on.
process.once('disconnect', () => process.exit());

const seen = (cpuMs: number): void => {
  runs += 1;
  slowestMs = Math.max(slowestMs, cpuMs);
  const now = Date.now();
  if (now - lastBeat < BEAT_MS) return;
  lastBeat = now;
  process.send?.({ runs });
  if (before === undefined && now - startedAt >= timeMs * FIRST_MEASURE) before = heapMib();
};

const result = await fc.check(target.property(seen), {
  seed: Number(seed),
  numRuns: path === undefined ? 1e9 : 1,
  ...(path === undefined ? { interruptAfterTimeLimit: leftMs } : { path }),
});
// What the last inputs have left behind is collected over some turns of the event loop.
await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
const growthMib = before === undefined ? 0 : heapMib() - before;
const outcome: Outcome = { name, runs, elapsedMs: Date.now() - startedAt, slowestMs, growthMib, find: describe() };
process.send?.({ outcome });
process.disconnect();

function heapMib(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed / 1024 ** 2;
}

function describe(): Outcome['find'] {
  if (result.failed && result.counterexample !== null) {
    const { errorInstance, counterexample, counterexamplePath } = result;
    const words = errorInstance instanceof Error ? errorInstance.message : String(errorInstance);
    return { words, input: fc.stringify(counterexample[0]), seed: result.seed, path: counterexamplePath };
  }
  if (growthMib <= MAX_GROWTH_MIB) return undefined;
  return { words: `the heap grew by ${growthMib.toFixed(1)} MiB`, input: 'all of them', seed: result.seed, path: '' };
}
