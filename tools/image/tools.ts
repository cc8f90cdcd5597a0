import { spawnSync } from 'node:child_process';
import { RUN_OPTIONS } from './runtime.ts';

const MAX_MS = 120_000;
const TOOLS = ['buildah', 'podman', 'runc'] as const;

/** Why no image can be built and run on this machine, or undefined where it can. */
export function missingTools(): string | undefined {
  const missing = TOOLS.filter((tool) => spawnSync(tool, ['--version'], { stdio: 'ignore' }).status !== 0);
  if (missing.length > 0) {
    return `Needs ${missing.join(', ')}. On Debian, as root: apt-get install --no-install-recommends ${TOOLS.join(' ')}`;
  }
  return process.getuid?.() === 0 ? undefined : 'Needs root: images are built and run without a daemon.';
}

/** Runs Node alone in a container. @returns why this machine runs none, in podman's words, or undefined where it does. */
export function tryContainer(base: string): string | undefined {
  const words = [...RUN_OPTIONS, '--network=host', base, '/usr/local/bin/node', '-p', '6 * 7'];
  const { status, stdout, stderr } = spawnSync('podman', words, { encoding: 'utf8', timeout: MAX_MS });
  return status === 0 && stdout.trim() === '42' ? undefined : `Status ${String(status)}: ${stderr.trim().slice(-500)}`;
}
