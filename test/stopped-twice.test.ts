import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { serveSandbox, type ServedSandbox } from '../src/sandbox/index.ts';
import { buildBundle, ROOT } from '../tools/bundle.ts';
import { makeStep, predicateOf, type Step } from './support/step.ts';

const MAIN = `${ROOT}dist/main.js`;
/** Between two signals of one stop. */
const APART_MS = 20;

let folder: string;
let served: ServedSandbox;
let step: Step;
let child: ChildProcess | undefined;

beforeAll(async () => {
  await buildBundle();
  folder = mkdtempSync(`${tmpdir()}/stopped-twice-`);
  // This Node, which calls itself by the version of another, and so hands over to a child.
  writeFileSync(`${folder}/older.cjs`, "Object.defineProperty(process, 'version', { value: 'v20.19.0' });");
});
beforeEach(async () => {
  // Slow enough that the second signal meets the cleaning up under way.
  served = await serveSandbox({ latencyMs: 40, deployment: { outcome: 'STUCK' } });
  step = await makeStep(served.sandbox, { VERCEL_API_URL: served.url });
});
afterEach(async () => {
  if (child?.pid !== undefined) killGroup(child.pid, 'SIGKILL');
  await served.close();
  step.remove();
});
afterAll(() => rmSync(folder, { recursive: true }));

/** As a terminal does: to all that it started, at once. */
function killGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    // All of them have ended.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Starts a deploy in a group of its own, and gives its end once the sandbox has been asked for the build's state. */
async function startAndFollow(options: readonly string[]): Promise<{ pid: number; ended: Promise<number | null> }> {
  const started = spawn(process.execPath, [...options, MAIN], {
    ...{ cwd: step.clone.directory, env: { ...step.environment } },
    ...{ stdio: 'ignore', detached: true },
  });
  child = started;
  const ended = new Promise<number | null>((resolve) => started.once('close', resolve));
  const isPolled = (): boolean =>
    served.sandbox.journal.some(({ method, path }) => method === 'GET' && path.startsWith('/v13/deployments/'));
  while (!isPolled() && started.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 5));
  return { pid: started.pid ?? 0, ended };
}

function expectNothingLeft(code: string): void {
  const { vercel } = served.sandbox;
  expect(predicateOf(step.readOne('.result.sigstore.json'))).toMatchObject({
    outcome: { status: 'interrupted', code },
  });
  expect(vercel.tokens.filter(({ kind, revokedAt }) => kind === 'app' && revokedAt === undefined)).toEqual([]);
  const states = vercel.deployments.map((one) => vercel.readyStateOf(one));
  expect(states.filter((state) => !['READY', 'CANCELED'].includes(state))).toEqual([]);
}

describe('a run that is stopped twice', () => {
  it.each([
    { signals: ['SIGTERM', 'SIGTERM'], status: 143, code: 'TERMINATED' },
    { signals: ['SIGINT', 'SIGINT', 'SIGINT'], status: 130, code: 'INTERRUPTED' },
    { signals: ['SIGINT', 'SIGTERM'], status: 130, code: 'INTERRUPTED' },
  ] as const)('cleans up to its end, by its first reason: $signals', async ({ signals, status, code }) => {
    const { pid, ended } = await startAndFollow([]);
    for (const signal of signals) {
      killGroup(pid, signal);
      await new Promise((resolve) => setTimeout(resolve, APART_MS));
    }
    expect(await ended).toBe(status);
    expectNothingLeft(code);
  });

  it('is one that Ctrl-C stops under an older Node, whose child gets the signal from the terminal and from it', async () => {
    const { pid, ended } = await startAndFollow(['--require', `${folder}/older.cjs`]);
    killGroup(pid, 'SIGINT');
    expect(await ended).toBe(130);
    expectNothingLeft('INTERRUPTED');
  });
});

describe('a child that is killed', () => {
  it('ends the older Node that started it by 128 and the number of the signal', async () => {
    const { pid, ended } = await startAndFollow(['--require', `${folder}/older.cjs`]);
    const children = readFileSync(`/proc/${String(pid)}/task/${String(pid)}/children`, 'utf8');
    process.kill(Number(children.trim()), 'SIGKILL');
    expect(await ended).toBe(128 + constants.signals.SIGKILL);
  });
});
