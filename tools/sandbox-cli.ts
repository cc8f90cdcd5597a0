/**
 * Proves that the sandbox is a Vercel which the real Vercel CLI can deploy to, unchanged. Not part of `npm test`: the
 * CLI takes about 450 MB on disk.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { serveSandbox, type Sandbox, type SandboxDeployment } from '../src/sandbox/index.ts';

const CLI_VERSION = '64.0.2';
const RUN_TIMEOUT_MS = 120_000;
const INSTALL_TIMEOUT_MS = 600_000;
/** Node of this process first: npm picks versions by the Node that runs it. */
const PATH = [dirname(process.execPath), process.env['PATH'] ?? ''].join(delimiter);

const FILES: Readonly<Record<string, string>> = {
  '.vercel/output/config.json': JSON.stringify({ version: 3, routes: [{ handle: 'filesystem' }] }),
  '.vercel/output/static/index.html': '<!doctype html><title>sandbox</title>',
  '.vercel/output/functions/api/node.func/.vc-config.json': JSON.stringify({
    runtime: 'nodejs22.x',
    handler: 'index.js',
    launcherType: 'Nodejs',
  }),
  '.vercel/output/functions/api/node.func/index.js': 'module.exports = (_, reply) => reply.end("node");',
  '.vercel/output/functions/api/edge.func/.vc-config.json': JSON.stringify({ runtime: 'edge', entrypoint: 'index.js' }),
  '.vercel/output/functions/api/edge.func/index.js': 'export default () => new Response("edge");',
};
const LINKS: Readonly<Record<string, string>> = { '.vercel/output/functions/api/linked.func': 'node.func' };

interface Run {
  readonly title: string;
  readonly projectId: string;
  readonly args: readonly string[];
  readonly target: SandboxDeployment['target'];
}

const RUNS: readonly Run[] = [
  { title: 'a preview', projectId: 'prj_web', args: [], target: null },
  { title: 'production', projectId: 'prj_web', args: ['--prod'], target: 'production' },
  { title: 'the first preview of a project', projectId: 'prj_new', args: [], target: 'production' },
];

async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'vercel-cli-'));
  try {
    const cli = await installCli(join(folder, 'cli'));
    const site = join(folder, 'site');
    await writeTree(site);
    const served = await serveSandbox();
    try {
      for (const run of RUNS) await deployAndCheck(served.sandbox, { run, cli, site, home: join(folder, 'home') });
      reportUnknown(served.sandbox);
    } finally {
      await served.close();
    }
    console.log(`The real Vercel CLI ${CLI_VERSION} deploys to the sandbox, unchanged.`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function installCli(folder: string): Promise<string> {
  const startedAt = Date.now();
  await mkdir(folder);
  // `sandbox` is the npm package that the CLI depends on: the range it asks for does not install.
  const manifest = { private: true, dependencies: { vercel: CLI_VERSION }, overrides: { sandbox: '4.5.0' } };
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest));
  await runProgram('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: folder,
    env: { ...process.env, PATH },
    timeoutMs: INSTALL_TIMEOUT_MS,
  });
  console.log(`Installed vercel@${CLI_VERSION} in ${seconds(startedAt)}.`);
  return join(folder, 'node_modules/vercel/dist/vc.js');
}

async function writeTree(site: string): Promise<void> {
  for (const [path, text] of Object.entries(FILES)) {
    await mkdir(dirname(join(site, path)), { recursive: true });
    await writeFile(join(site, path), text);
  }
  for (const [path, target] of Object.entries(LINKS)) await symlink(target, join(site, path));
}

interface Setting {
  readonly run: Run;
  readonly cli: string;
  readonly site: string;
  readonly home: string;
}

async function deployAndCheck(sandbox: Sandbox, { run, cli, site, home }: Setting): Promise<void> {
  const { team, classicToken, deployments } = sandbox.vercel;
  await writeFile(join(site, '.vercel/project.json'), JSON.stringify({ orgId: team.id, projectId: run.projectId }));
  await mkdir(home, { recursive: true });
  const known = new Set(deployments);
  const startedAt = Date.now();
  const printed = await runProgram(
    process.execPath,
    [cli, 'deploy', '--prebuilt', '--yes', '--api', sandbox.vercelUrl, ...run.args],
    {
      cwd: site,
      env: {
        ...{ PATH, HOME: home, VERCEL_TOKEN: classicToken },
        ...{ VERCEL_TELEMETRY_DISABLED: '1', NO_UPDATE_NOTIFIER: '1', CI: '1' },
      },
      timeoutMs: RUN_TIMEOUT_MS,
    },
  );
  const made = deployments.filter((one) => !known.has(one));
  const faults = findFaults(sandbox, run, made, printed);
  if (faults.length > 0) throw new Error(`${run.title} went wrong:\n  - ${faults.join('\n  - ')}`);
  console.log(`Deployed ${run.title} in ${seconds(startedAt)}: ${printed}`);
}

function findFaults(sandbox: Sandbox, run: Run, made: readonly SandboxDeployment[], printed: string): string[] {
  const [deployment, ...others] = made;
  if (!deployment || others.length > 0) return [`wanted one new deployment, got ${String(made.length)}`];
  const faults = [
    ...compare('printed address', printed, `https://${deployment.url}`),
    ...compare('project', deployment.projectId, run.projectId),
    ...compare('target', String(deployment.target), String(run.target)),
    ...compare('state', sandbox.vercel.readyStateOf(deployment), 'READY'),
    ...compare('creator', deployment.creator.type, 'user'),
  ];
  const sent = deployment.files.map(({ file, kind, sha }) => `${kind} ${file} ${sha ?? ''}`).sort();
  return [...faults, ...compare('files', sent.join('\n'), expectedFiles().join('\n'))];
}

function expectedFiles(): string[] {
  const line =
    (kind: string) =>
    ([path, content]: [string, string]) =>
      `${kind} ${path} ${createHash('sha1').update(content).digest('hex')}`;
  return [...Object.entries(FILES).map(line('file')), ...Object.entries(LINKS).map(line('symlink'))].sort();
}

function compare(what: string, got: string, wanted: string): string[] {
  return got === wanted ? [] : [`${what}: got ${got}, wanted ${wanted}`];
}

function reportUnknown({ journal }: Sandbox): void {
  const unknown = journal.filter(({ known }) => !known).map(({ method, path }) => `${method} ${path}`);
  if (unknown.length > 0) throw new Error(`The CLI asked for what the sandbox does not serve: ${unknown.join(', ')}`);
  console.log(`${String(journal.length)} requests, all of them known to the sandbox.`);
}

interface ProgramOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly timeoutMs: number;
}

/** Resolves to what the program printed; rejects with its errors when it fails. */
function runProgram(program: string, args: readonly string[], options: ProgramOptions): Promise<string> {
  const { cwd, env, timeoutMs } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], timeout: timeoutMs });
    let printed = '';
    let errors = '';
    child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    child.once('error', reject);
    child.once('close', (status, signal) => {
      if (status === 0) resolve(printed.trim());
      else reject(new Error(`${program} ended with ${String(status ?? signal)}:\n${errors}${printed}`));
    });
  });
}

function seconds(startedAt: number): string {
  return `${((Date.now() - startedAt) / 1000).toFixed(1)} s`;
}

// The children get the signal too and end; what is left is to remove the folder.
process.once('SIGINT', () => console.error('Stopped.'));
try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
