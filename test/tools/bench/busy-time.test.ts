import { spawn } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import { describe, expect, it } from '@jest/globals';
import { watchBusyTime } from '../../../tools/bench/busy-time.ts';

const SPAN_MS = 2000;
const REST_MS = 1000;
/** Timers of a program may come this much early. */
const EARLY_MS = 50;
/** The main thread waits, and rests when the second one has ended; what else there is, is up to that. */
const program = (work: string): string =>
  `new (require('node:worker_threads').Worker)(${JSON.stringify(work)}, { eval: true })
    .on('exit', () => setTimeout(() => process.exit(), ${String(REST_MS)}))`;

interface Measured {
  readonly busyMs: number;
  readonly lifeMs: number;
  /** Looks that came late: what was in between is told as what was seen behind it. */
  readonly lateMs: number;
}

async function measure(text: string): Promise<Measured> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, ['-e', text], { stdio: 'ignore' });
  const busy = watchBusyTime(child.pid ?? 0);
  await new Promise((resolve) => child.once('exit', resolve));
  return { ...busy.end(), lifeMs: performance.now() - startedAt };
}

describe('the time in which a process was busy', () => {
  it('is none in which each of its threads waits', async () => {
    const { busyMs, lifeMs, lateMs } = await measure(program(`setTimeout(() => undefined, ${String(SPAN_MS)})`));
    expect(busyMs).toBeLessThan(lifeMs - SPAN_MS - REST_MS + EARLY_MS + lateMs);
  });

  it('is that of any of its threads', async () => {
    const spins = program(`for (const end = Date.now() + ${String(SPAN_MS)}; Date.now() < end; );`);
    const { busyMs, lifeMs, lateMs } = await measure(spins);
    expect(busyMs).toBeGreaterThan(SPAN_MS - EARLY_MS - lateMs);
    expect(busyMs).toBeLessThan(lifeMs - REST_MS + EARLY_MS + lateMs);
  });

  it('is all of it where the kernel says nothing', async () => {
    const busy = watchBusyTime(0, 10);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(busy.end().busyMs).toBeGreaterThan(80);
  });

  it('tells how late it was looked at', async () => {
    const busy = watchBusyTime(process.pid, 10);
    for (const end = performance.now() + 200; performance.now() < end;);
    await new Promise((resolve) => setImmediate(resolve));
    expect(busy.end().lateMs).toBeGreaterThan(150);
  });
});
