import { spawnSync } from 'node:child_process';
import { expect } from '@jest/globals';

export const GIT_IS_THERE = spawnSync('git', ['--version']).error === undefined;

/** A command of git's own, away from this machine's settings; it must end well. Gives what it prints. */
export function runGit(cwd: string, args: readonly string[], input = ''): string {
  const { status, stdout, stderr } = spawnSync('git', args, {
    cwd,
    input,
    encoding: 'utf8',
    env: {
      PATH: process.env['PATH'],
      HOME: cwd,
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_AUTHOR_NAME: 'Ünal "U" Ört',
      GIT_AUTHOR_EMAIL: 'u@example.com',
      GIT_COMMITTER_NAME: 'C',
      GIT_COMMITTER_EMAIL: 'c@example.com',
    },
  });
  expect({ args, status, stderr: status === 0 ? '' : stderr }).toEqual({ args, status: 0, stderr: '' });
  return stdout.trimEnd();
}
