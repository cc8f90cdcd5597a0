import { execFile, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { it } from '@jest/globals';
import { runCommand } from '../../src/commands/index.ts';
import type { ExitStatus } from '../../src/errors.ts';
import { RECORD_KEY, serveSandbox, VAULT_ROLE, type Sandbox } from '../../src/sandbox/index.ts';
import { editPolicy, examineStep } from '../commands/support/examine.ts';
import { OFFLINE } from '../commands/support/records-folder.ts';
import { blockWith } from './record-page.ts';
import { makeStep, runStep } from './step.ts';
import { testPlatform } from './test-platform.ts';

/** What the page calls the files of a run. */
const EXAMPLE = '20261124T020000Z-prj_web-production-b5c1d7f2-3a64-4c0e-9a51-0f2d8e6b7c93';
const ISSUER = 'https://api.bitbucket.org/2.0/workspaces/acme/pipelines-config/identity/oidc';
export const MODES = ['keyless', 'key', 'vault'] as const;
export type Mode = (typeof MODES)[number];

/** A reader's folder, as the page wants it at the beginning: the records of one real run, and what is trusted. */
export interface Bench {
  readonly folder: string;
  readonly sandbox: Sandbox;
  /** The page's words for this run. */
  readonly fill: (text: string) => string;
  /** Types it into a shell that stops at the first failure. */
  readonly sh: (script: string) => Promise<Typed>;
  /** The same in a copy of the folder that was changed. */
  readonly shChanged: (script: string, change: (folder: string) => void) => Promise<Typed>;
  /** `vercel-oidc-deploy verify`, and what it printed. Trial runs are let through, as this is one. */
  readonly verify: (...words: readonly string[]) => Promise<{ readonly status: ExitStatus; readonly printed: string }>;
  readonly close: () => Promise<void>;
}

export interface Typed {
  readonly status: number;
  /** Both streams. */
  readonly output: string;
}

/** Deploys with this signer, with a timestamp but for `key`. */
export async function makeBench(mode: Mode): Promise<Bench> {
  const served = await serveSandbox({ providers: true });
  const { sandbox } = served;
  const folder = mkdtempSync(`${tmpdir()}/record-page-`);
  const end = (): Promise<void> => {
    rmSync(folder, { recursive: true });
    return served.close();
  };
  const signingKey = await deploy(sandbox, mode, folder).catch(async (error: unknown) => {
    // A socket that is left open keeps the test from its end.
    await end();
    throw error;
  });
  const [result = ''] = readdirSync(`${folder}/deploy-records`).filter((name) => name.includes('.result.'));
  const base = result.replace('.result.sigstore.json', '');
  const fill = (text: string): string => text.replaceAll(EXAMPLE, base).replaceAll(ISSUER, sandbox.issuer.url);
  return {
    ...{ folder, sandbox, fill },
    sh: (script) => type(folder, fill(script), { SIGNING_KEY: signingKey }),
    async shChanged(script, change) {
      const copy = mkdtempSync(`${tmpdir()}/record-page-`);
      cpSync(folder, copy, { recursive: true, verbatimSymlinks: true });
      change(copy);
      const typed = await type(copy, fill(script), {});
      rmSync(copy, { recursive: true });
      return typed;
    },
    verify: (...words) => verify(folder, words.map(fill)),
    close: end,
  };
}

async function deploy(sandbox: Sandbox, mode: Mode, folder: string): Promise<string> {
  const { vault, tsa } = sandbox.providers ?? {};
  const step = await makeStep(sandbox, { VERCEL_API_URL: sandbox.vercelUrl, BITBUCKET_API_URL: sandbox.bitbucketUrl });
  const { directory, signingKey } = step.clone;
  // It writes the archive of keys.
  await examineStep(sandbox, step);
  const settings = `address: '${vault?.address ?? ''}', role: ${VAULT_ROLE}, key: ${RECORD_KEY}`;
  if (mode === 'vault') editPolicy(step, (text) => `${text}signers: { vault: { ${settings} } }\n`);
  const { status, log } = await runStep(sandbox, step, {
    environment: {
      SIGNING_KEY: mode === 'key' ? signingKey : undefined,
      TIMESTAMP_URL: mode === 'key' ? undefined : tsa?.url,
    },
  });
  if (status !== 0) throw new Error(log);
  cpSync(`${directory}/deploy-records`, `${folder}/deploy-records`, { recursive: true });
  cpSync(`${directory}/issuer-keys.json`, `${folder}/issuer-keys.json`);
  cpSync(`${directory}/.vercel`, `${folder}/site/.vercel`, { recursive: true, verbatimSymlinks: true });
  symlinkSync(fileURLToPath(new URL('../../node_modules', import.meta.url)), `${folder}/node_modules`);
  writeFileSync(`${folder}/tsa-root.pem`, tsa?.rootPem ?? '');
  // What the page has in blocks of their own, to be saved.
  writeFileSync(`${folder}/check-proof.py`, blockWith('python', 'import'));
  writeFileSync(`${folder}/check-bundle.mjs`, blockWith('js', 'import'));
  if (mode === 'vault') writeFileSync(`${folder}/key.pem`, vault?.publicKeyOf('transit', RECORD_KEY) ?? '');
  step.remove();
  return signingKey;
}

/** Not blocking: the sandbox answers in this process. */
function type(cwd: string, script: string, more: Readonly<Record<string, string>>): Promise<Typed> {
  const env = { ...process.env, PATH: `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`, TZ: 'UTC', ...more };
  return new Promise((resolve) => {
    const child = execFile('sh', ['-euc', script], { cwd, env }, (_error, stdout, stderr) => {
      resolve({ status: child.exitCode ?? -1, output: `${stdout}${stderr}` });
    });
  });
}

async function verify(
  workingDir: string,
  words: readonly string[],
): Promise<{ readonly status: ExitStatus; readonly printed: string }> {
  const printed: string[] = [];
  const platform = testPlatform(OFFLINE);
  const status = await runCommand({
    args: ['verify', '--allow-sandbox', ...words],
    environment: {},
    organisationFolder: `${workingDir}/none`,
    ...{ workingDir, platform, stop: new AbortController().signal },
    print: (text) => void printed.push(text),
  });
  return { status, printed: `${printed.join('')}${platform.log.text()}` };
}

/** A test of what is typed; where a tool is not installed, it says so and is skipped. */
export function needing(tools: readonly string[], name: string, run: () => Promise<void>): void {
  const absent = tools.filter((tool) => spawnSync('sh', ['-c', `command -v ${tool}`]).status !== 0);
  if (absent.length === 0) it(name, run, 60_000);
  else it.skip(`${name}: not tried, ${absent.join(' and ')} not installed`, run);
}

/** A change of one file. */
export function edit(name: string, change: (text: string) => string): (folder: string) => void {
  return (folder) => {
    const before = readFileSync(`${folder}/${name}`, 'latin1');
    const after = change(before);
    if (after === before) throw new Error(`nothing was changed in ${name}`);
    rmSync(`${folder}/${name}`);
    writeFileSync(`${folder}/${name}`, after, 'latin1');
  };
}
