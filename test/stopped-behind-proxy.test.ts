import { spawn, type ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { serveSandbox, type ServedSandbox } from '../src/sandbox/index.ts';
import { buildBundle, ROOT } from '../tools/bundle.ts';
import { serveSilent, YES } from './platform/support/silent.ts';
import { serveTunnels } from './platform/support/tunnel.ts';
import { makeStep, predicateOf, type Step } from './support/step.ts';

const MAIN = `${ROOT}dist/main.js`;
const VERCEL = 'api.vercel.com';
/** Five seconds are promised, and a busy machine has more; one tunnel that is waited for takes fifteen. */
const IN_TIME_MS = 12_000;

let served: ServedSandbox;
let step: Step;
const closers: (() => void)[] = [];

beforeAll(buildBundle);
beforeEach(async () => {
  served = await serveSandbox({ deployment: { outcome: 'STUCK' } });
  step = await makeStep(served.sandbox, { VERCEL_API_URL: `https://${VERCEL}` });
});
afterEach(async () => {
  closers.splice(0).forEach((close) => close());
  await served.close();
  step.remove();
});

function isPoll({ method, path }: { readonly method: string; readonly path: string }): boolean {
  return method === 'GET' && path.startsWith('/v13/deployments/');
}

interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
  readonly log: () => string;
}

function start(environment: Readonly<Record<string, string>>): Started {
  const child = spawn(process.execPath, [MAIN], {
    ...{ cwd: step.clone.directory, env: { ...step.environment, ...environment } },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  closers.push(() => child.kill('SIGKILL'));
  let log = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (log += text));
  return { child, ended: new Promise((resolve) => child.once('close', resolve)), log: () => log };
}

async function until(isSo: () => boolean, { child, log }: Started): Promise<void> {
  while (!isSo()) {
    if (child.exitCode !== null) throw new Error(`The run ended before it was stopped:\n${log()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Twice, as an impatient user does. */
async function stop({ child, ended }: Started): Promise<void> {
  const before = Date.now();
  child.kill('SIGTERM');
  await new Promise((resolve) => setTimeout(resolve, 50));
  child.kill('SIGTERM');
  expect(await ended).toBe(143);
  expect(Date.now() - before).toBeLessThan(IN_TIME_MS);
}

describe('a stopped run is over in time behind a proxy that', () => {
  it.each([
    { does: 'says nothing', answers: [] },
    { does: 'says yes, and nothing comes through it', answers: [YES] },
  ])('$does', async ({ answers }) => {
    const proxy = await serveSilent(answers);
    closers.push(() => proxy.close());
    const run = start({ HTTPS_PROXY: `http://127.0.0.1:${String(proxy.port)}` });
    await proxy.reached;
    await stop(run);
  });

  it('falls silent under way, which leaves the record of it', async () => {
    const proxy = await serveTunnels(VERCEL, (incoming, outgoing) => {
      const { method, url, headers } = incoming;
      const passed = request(`${served.url}${String(url)}`, { method, headers }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 0, answer.headers);
        answer.pipe(outgoing);
      });
      incoming.pipe(passed);
    });
    closers.push(() => proxy.close());
    writeFileSync(`${step.clone.directory}/ca.pem`, proxy.certificate);
    const run = start({ HTTPS_PROXY: proxy.url, NODE_EXTRA_CA_CERTS: `${step.clone.directory}/ca.pem` });
    await until(() => served.sandbox.journal.some(isPoll), run);
    const before = proxy.asked.length;
    proxy.hang();
    await until(() => proxy.asked.length > before, run);
    await stop(run);
    const result = predicateOf(step.readOne('.result.sigstore.json'));
    expect(result).toMatchObject({ outcome: { status: 'interrupted', code: 'TERMINATED' } });
  });
});
