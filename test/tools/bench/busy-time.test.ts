import { spawn } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import { describe, expect, it } from '@jest/globals';
import { watchBusyTime } from '../../../tools/bench/busy-time.ts';

const SPAN_MS = 2000;
/** The main thread waits; what else there is, is up to the second one. */
const program = (work: string): string =>
  `new (require('node:worker_threads').Worker)(${JSON.stringify(work)}, { eval: true })
    .on('exit', () => setTimeout(() => process.exit(), ${String(SPAN_MS / 2)}))`;

/** The part of its life in which it was busy. */
async function measure(text: string): Promise<number> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, ['-e', text], { stdio: 'ignore' });
  const busy = watchBusyTime(child.pid ?? 0);
  await new Promise((resolve) => child.once('exit', resolve));
  return busy.end() / (performance.now() - startedAt);
}

describe('the time in which a process was busy', () => {
  it('is that of any of its threads', async () => {
    const waits = program(`setTimeout(() => undefined, ${String(SPAN_MS)})`);
    const spins = program(`for (const end = Date.now() + ${String(SPAN_MS)}; Date.now() < end; );`);
    expect(await measure(waits)).toBeLessThan(0.3);
    const busy = await measure(spins);
    expect(busy).toBeGreaterThan(0.55);
    expect(busy).toBeLessThan(0.9);
  });

  it('is all of it where the kernel says nothing', async () => {
    const busy = watchBusyTime(0, 10);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(busy.end()).toBeGreaterThan(80);
  });
});
