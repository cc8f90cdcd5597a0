import { spawnSync } from 'node:child_process';
import { ROOT } from '../root.ts';

const FILES = ['Dockerfile', 'examples/organisation/Dockerfile'];

/** Lints the Dockerfiles where hadolint is installed; neither Debian nor npm has it. @returns whether they have no fault. */
export function lintDockerfiles(): boolean {
  const { error, status } = spawnSync('hadolint', FILES, { cwd: ROOT, stdio: 'inherit' });
  if (!error) return status === 0;
  console.error('hadolint is not installed: the Dockerfiles are not linted.');
  return true;
}
