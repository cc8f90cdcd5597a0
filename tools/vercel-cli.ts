/** The real Vercel CLI, in the version that the project's figures were measured with. */
import { spawn } from 'node:child_process';
import { lstat, mkdir, readdir, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';

export const CLI_VERSION = '64.0.2';
const INSTALL_TIMEOUT_MS = 600_000;
/** Node of this process first: npm picks versions by the Node that runs it. */
const PATH = [dirname(process.execPath), process.env['PATH'] ?? ''].join(delimiter);

/** Installs the CLI, about 360 MB, and gives the path of its script. */
export async function installCli(folder: string): Promise<string> {
  await mkdir(folder);
  // `sandbox` is the npm package that the CLI depends on: the range it asks for does not install.
  const manifest = { private: true, dependencies: { vercel: CLI_VERSION }, overrides: { sandbox: '4.5.0' } };
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest));
  await runProgram('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: folder,
    env: { ...process.env, PATH },
    timeoutMs: INSTALL_TIMEOUT_MS,
  });
  return join(folder, 'node_modules/vercel/dist/vc.js');
}

/** What it takes on disk, links not followed. */
export async function measureFolder(folder: string): Promise<{ readonly files: number; readonly bytes: number }> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => !entry.isDirectory());
  let bytes = 0;
  for (const { parentPath, name } of files) bytes += (await lstat(join(parentPath, name))).blocks * 512;
  return { files: files.length, bytes };
}

export interface CliCall {
  /** Path of `vc.js`. */
  readonly cli: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** A folder of its own: what the CLI keeps of its user must not be the user's. */
  readonly home: string;
  readonly token: string;
  readonly timeoutMs: number;
}

/** Runs the CLI as a build server does, and resolves to what it printed. */
export function runCli({ cli, args, cwd, home, token, timeoutMs }: CliCall): Promise<string> {
  const quiet = { VERCEL_TELEMETRY_DISABLED: '1', NO_UPDATE_NOTIFIER: '1', CI: '1' };
  const env = { PATH, HOME: home, VERCEL_TOKEN: token, ...quiet };
  return runProgram(process.execPath, [cli, ...args], { cwd, env, timeoutMs });
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
