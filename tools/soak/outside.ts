import { spawn } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import { ROOT } from '../root.ts';
import type { Ended } from './inside.ts';
import type { RunPlan } from './types.ts';
import type { World } from './world.ts';

const LOOK_MS = 2;

/** The built program as Bitbucket would run it: a process of its own, the system's clock, and signals. */
export async function runOutside(
  { served, clone }: World,
  { stop }: RunPlan,
  environment: Readonly<Record<string, string>>,
): Promise<Ended> {
  const { journal } = served.sandbox;
  const before = journal.length;
  const child = spawn(process.execPath, [`${ROOT}dist/main.js`], {
    cwd: clone.directory,
    env: { PATH: process.env['PATH'] ?? '', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const texts: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => void texts.push(text));
  }
  let stoppedAt: number | undefined;
  const watch = setInterval(() => {
    if (!stop || stoppedAt !== undefined || journal.length - before < stop.nth) return;
    stoppedAt = performance.now();
    setTimeout(() => child.kill(stop.signal), stop.delayMs);
  }, LOOK_MS);
  const status = await new Promise<number | string>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(code ?? signal ?? 'unknown'));
  });
  clearInterval(watch);
  const log = texts.join('');
  const asked = journal.slice(before);
  const exchanges = asked.filter(({ method, path }) => method === 'POST' && path.endsWith('/oauth/token'));
  return {
    ...{ status, log, hung: 0, left: [], requests: asked.length },
    stopped: stoppedAt !== undefined,
    stopMs: stoppedAt === undefined ? undefined : performance.now() - stoppedAt,
    retries: log.split('; trying again in ').length - 1,
    // Whether an answer arrived is not seen from here: one that was told to be bad did not.
    lostTokens: exchanges.filter(({ misbehaved }) => misbehaved).length,
  };
}
