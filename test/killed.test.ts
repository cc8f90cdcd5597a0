import { spawn } from 'node:child_process';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { serveSandbox, type ServedSandbox } from '../src/sandbox/index.ts';
import { readTrust, verifyRecord } from '../src/record/index.ts';
import { buildBundle, ROOT } from '../tools/bundle.ts';
import { runPipe } from '../tools/pipe-process.ts';
import { makeStep, type Step } from './support/step.ts';

const MAIN = `${ROOT}dist/main.js`;
const STAGES: readonly { readonly name: string; readonly at: RegExp; readonly nth?: number }[] = [
  { name: 'fetching keys', at: /^GET .*keys\.json/ },
  { name: 'exchanging', at: /^POST .*\/oauth\/token$/ },
  { name: 'asking what is missing', at: /^POST \/v13\/deployments/ },
  { name: 'sending files', at: /^POST \/v2\/files/, nth: 3 },
  { name: 'creating', at: /^POST \/v13\/deployments/, nth: 2 },
  { name: 'following', at: /^GET \/v13\/deployments\// },
  { name: 'revoking', at: /^POST .*\/revoke$/ },
];

let served: ServedSandbox;

beforeAll(async () => {
  await buildBundle();
});
beforeEach(async () => {
  // Slow enough that the kill meets the request under way.
  served = await serveSandbox({ latencyMs: 40, deployment: { polls: 2 } });
});
afterEach(() => served.close());

/** Runs the pipe until the sandbox has the request, and kills it as Bitbucket's Stop may: without a last word. */
async function killAt(step: Step, at: RegExp, nth: number): Promise<NodeJS.Signals | null> {
  const { journal } = served.sandbox;
  const already = journal.length;
  const child = spawn(process.execPath, [MAIN], {
    cwd: step.clone.directory,
    env: { ...step.environment },
    stdio: 'ignore',
  });
  const ended = new Promise<NodeJS.Signals | null>((resolve) => child.once('close', (_, signal) => resolve(signal)));
  const met = (): boolean =>
    journal.slice(already).filter(({ method, path }) => at.test(`${method} ${path}`)).length >= nth;
  while (!met() && child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 3));
  child.kill('SIGKILL');
  return ended;
}

describe('a run that is killed', () => {
  it.each(STAGES)(
    'while $name leaves whole records, deployments that name their intent, and room for the next run',
    async ({ at, nth = 1 }) => {
      const step = await makeStep(served.sandbox, { VERCEL_API_URL: served.url });
      const known = new Set(served.sandbox.vercel.deployments);
      expect(await killAt(step, at, nth)).toBe('SIGKILL');

      const trust = readTrust({ publicKey: step.clone.publicKeyPem });
      const intents = step.files().filter((name) => name.endsWith('.intent.sigstore.json'));
      const digests = intents.map(
        (name) => verifyRecord(step.read(name), trust, { allowSandbox: true, now: 0 }).payloadDigest,
      );
      // What a kill may leave on Vercel can be traced: the intent was stored before the create was sent.
      await new Promise((resolve) => setTimeout(resolve, 100));
      const left = served.sandbox.vercel.deployments.filter((one) => !known.has(one));
      expect(left.length).toBeLessThanOrEqual(1);
      for (const { meta } of left) expect(digests).toContain(meta['oidcDeployIntent']);
      for (const name of step.files()) expect(name).toMatch(/\.(?:sigstore|manifest)\.json(?:\.[\w-]+\.partial)?$/);

      const environment = { ...step.environment, BITBUCKET_STEP_RUN_NUMBER: '2' };
      const next = await runPipe({ environment, workingDir: step.clone.directory });
      expect(next.output).toMatch(/^ {2}Live: +https:/m);
      expect(next.status).toBe(0);
      step.remove();
    },
  );
});
