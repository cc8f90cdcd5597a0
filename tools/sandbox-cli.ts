/**
 * Proves that the sandbox is a Vercel which the real Vercel CLI can deploy to, unchanged. Not part of `npm test`: the
 * CLI takes about 360 MB on disk. `--cli PATH` names the `vc.js` of a CLI that is installed already.
 */
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { serveSandbox, type Sandbox, type SandboxDeployment } from '../src/sandbox/index.ts';
import { pullAndBuild, type Place } from './sandbox-cli-pull.ts';
import { CLI_VERSION, installCli, measureFolder, runCli } from './vercel-cli.ts';

const RUN_TIMEOUT_MS = 120_000;

interface Site {
  readonly files: Readonly<Record<string, string>>;
  /** Path → target. */
  readonly links: Readonly<Record<string, string>>;
}

const PREBUILT: Site = {
  files: {
    '.vercel/output/config.json': JSON.stringify({ version: 3, routes: [{ handle: 'filesystem' }] }),
    '.vercel/output/static/index.html': '<!doctype html><title>sandbox</title>',
    [`.vercel/output/static/${'a long name/'.repeat(12)}page.html`]: '<!doctype html><title>deep</title>',
    '.vercel/output/functions/api/node.func/.vc-config.json': JSON.stringify({
      runtime: 'nodejs22.x',
      handler: 'index.js',
      launcherType: 'Nodejs',
    }),
    '.vercel/output/functions/api/node.func/index.js': 'module.exports = (_, reply) => reply.end("node");',
    '.vercel/output/functions/api/edge.func/.vc-config.json': JSON.stringify({
      runtime: 'edge',
      entrypoint: 'index.js',
    }),
    '.vercel/output/functions/api/edge.func/index.js': 'export default () => new Response("edge");',
  },
  links: { '.vercel/output/functions/api/linked.func': 'node.func' },
};
/** Not pages alone: those the CLI would send within the create request. */
const SOURCE: Site = {
  files: { 'index.html': '<!doctype html><title>source</title>', 'style.css': 'body { color: black; }' },
  links: {},
};

interface Run {
  readonly title: string;
  readonly site: Site;
  readonly projectId: string;
  readonly args: readonly string[];
  readonly target: SandboxDeployment['target'];
}

const PREVIEW = { site: PREBUILT, projectId: 'prj_web', args: ['--prebuilt'], target: null };
const RUNS: readonly Run[] = [
  { ...PREVIEW, title: 'a preview' },
  { ...PREVIEW, title: 'production', args: ['--prebuilt', '--prod'], target: 'production' },
  { ...PREVIEW, title: 'the first preview of a project', projectId: 'prj_new', target: 'production' },
  { ...PREVIEW, title: 'an archive', args: ['--prebuilt', '--archive=tgz'] },
  { ...PREVIEW, title: 'sources', site: SOURCE, args: [] },
  { ...PREVIEW, title: 'an archive of sources', site: SOURCE, args: ['--archive=tgz'] },
];

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { cli: { type: 'string' } } });
  const folder = await mkdtemp(join(tmpdir(), 'vercel-cli-'));
  try {
    const cli = values.cli ?? (await installed(join(folder, 'cli')));
    const home = join(folder, 'home');
    await mkdir(home);
    const served = await serveSandbox();
    try {
      for (const [index, run] of RUNS.entries()) {
        const cwd = join(folder, `site-${String(index)}`);
        await writeSite(cwd, run.site);
        await deployAndCheck(served.sandbox, run, { cli, cwd, home });
      }
      await pullAndBuild(served.sandbox, { cli, cwd: join(folder, 'pull'), home });
      reportUnknown(served.sandbox);
    } finally {
      await served.close();
    }
    console.log(`The real Vercel CLI ${CLI_VERSION} deploys to the sandbox, unchanged.`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function installed(folder: string): Promise<string> {
  const startedAt = Date.now();
  const cli = await installCli(folder);
  const taken = seconds(startedAt);
  const { files, bytes } = await measureFolder(folder);
  console.log(
    `Installed vercel@${CLI_VERSION} in ${taken}: ${(bytes / 1e6).toFixed(0)} MB in ${files.toLocaleString('en')} files.`,
  );
  return cli;
}

async function writeSite(folder: string, { files, links }: Site): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  for (const [path, target] of Object.entries(links)) await symlink(target, join(folder, path));
}

async function deployAndCheck(sandbox: Sandbox, run: Run, place: Place): Promise<void> {
  const { team, classicToken: token, deployments } = sandbox.vercel;
  await mkdir(join(place.cwd, '.vercel'), { recursive: true });
  await writeFile(
    join(place.cwd, '.vercel/project.json'),
    JSON.stringify({ orgId: team.id, projectId: run.projectId }),
  );
  const known = new Set(deployments);
  const startedAt = Date.now();
  const args = ['deploy', '--yes', '--api', sandbox.vercelUrl, ...run.args];
  const printed = await runCli({ ...place, args, token, timeoutMs: RUN_TIMEOUT_MS });
  const made = deployments.filter((one) => !known.has(one));
  const faults = findFaults(sandbox, run, made, printed);
  if (faults.length > 0) throw new Error(`${run.title} went wrong:\n  - ${faults.join('\n  - ')}`);
  console.log(`Deployed ${run.title} in ${seconds(startedAt)}: ${printed}`);
}

function findFaults(sandbox: Sandbox, run: Run, made: readonly SandboxDeployment[], printed: string): string[] {
  const [deployment, ...others] = made;
  if (!deployment || others.length > 0) return [`wanted one new deployment, got ${String(made.length)}`];
  const { files, unpacked } = deployment;
  const archived = run.args.includes('--archive=tgz');
  const sent = (unpacked ?? files).map(({ file, kind, sha }) => `${kind} ${file} ${sha ?? ''}`).sort();
  return [
    ...compare('printed address', printed, `https://${deployment.url}`),
    ...compare('project', deployment.projectId, run.projectId),
    ...compare('target', String(deployment.target), String(run.target)),
    ...compare('state', sandbox.vercel.readyStateOf(deployment), 'READY'),
    ...compare('creator', deployment.creator.type, 'user'),
    ...compare('archive', String(unpacked !== undefined), String(archived)),
    ...compare('files', sent.join('\n'), expectedFiles(run.site).join('\n')),
  ];
}

function expectedFiles({ files, links }: Site): string[] {
  const line =
    (kind: string) =>
    ([path, content]: [string, string]) =>
      `${kind} ${path} ${createHash('sha1').update(content).digest('hex')}`;
  return [...Object.entries(files).map(line('file')), ...Object.entries(links).map(line('symlink'))].sort();
}

function compare(what: string, got: string, wanted: string): string[] {
  return got === wanted ? [] : [`${what}: got ${got}, wanted ${wanted}`];
}

function reportUnknown({ journal }: Sandbox): void {
  const unknown = journal.filter(({ known }) => !known).map(({ method, path }) => `${method} ${path}`);
  if (unknown.length > 0) throw new Error(`The CLI asked for what the sandbox does not serve: ${unknown.join(', ')}`);
  console.log(`${String(journal.length)} requests, all of them known to the sandbox.`);
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
