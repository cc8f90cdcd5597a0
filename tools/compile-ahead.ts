/** Makes the compiled form of the program that the shipped `main.js` starts from. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serveSandbox } from '../src/sandbox/index.ts';
import type { Bundle } from './bundle.ts';
import { makeClone } from './demo-clone.ts';
import { ROOT } from './root.ts';

const MAX_RUNS = 12;

/**
 * Lets the program deploy to a sandbox, and keeps what V8 has compiled by then: all that a deploy needs, and nothing
 * else. The same program gives the same bytes: V8's source of chance is fixed, what the order of events in the run has
 * decided is written anew without it, and a run so slow that it does something else finds no second one like it.
 */
export async function compileAhead(bundle: Pick<Bundle, 'app' | 'cache'>): Promise<void> {
  const seen = new Set<string>();
  for (let runs = 0; runs < MAX_RUNS; runs += 1) {
    await compileOnce(bundle);
    const digest = createHash('sha256')
      .update(await readFile(bundle.cache))
      .digest('hex');
    if (seen.has(digest)) return;
    seen.add(digest);
  }
  throw new Error(`Of ${String(MAX_RUNS)} compiled forms of one program no two are the same`);
}

async function compileOnce({ app, cache }: Pick<Bundle, 'app' | 'cache'>): Promise<void> {
  const scratch = await mkdtemp(join(tmpdir(), 'vercel-oidc-deploy-compile-'));
  const served = await serveSandbox();
  try {
    const { issuer, vercel } = served.sandbox;
    const clone = await makeClone(scratch, issuer);
    await run(['--random-seed=1', `${ROOT}tools/compile-run.js`, app, cache], scratch, {
      ...issuer.bitbucketEnvironment(await issuer.mintToken()),
      BITBUCKET_CLONE_DIR: scratch,
      VERCEL_TEAM_ID: vercel.team.id,
      VERCEL_PROJECT_ID: 'prj_web',
      TARGET: 'production',
      SIGNING_KEY: clone.signingKey,
      VERCEL_API_URL: served.url,
    });
    await run(['--random-seed=1', '--predictable', `${ROOT}tools/compile-settle.js`, app, cache], scratch, {});
  } finally {
    await served.close();
    await rm(scratch, { recursive: true, force: true });
  }
}

async function run(args: readonly string[], cwd: string, env: Readonly<Record<string, string>>): Promise<void> {
  const child = spawn(process.execPath, args, { cwd, env: { ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  const status = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
  if (status !== 0) throw new Error(`Compiling ahead ended with status ${String(status)}:\n${output}`);
}
