import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readGitFacts, type GitFacts } from '../../src/deploy/git-facts.ts';
import { redactRemoteUrl } from '../../src/deploy/git-remote.ts';
import { nodeFiles } from '../../src/platform/files.ts';
import { inflate, makeClone, type Clone } from './support/git-repository.ts';

const ifGit = spawnSync('git', ['--version']).error ? it.skip : it;

let clone: Clone;
beforeEach(() => {
  clone = makeClone();
});
afterEach(() => {
  clone.remove();
});

/** A command of git's own, away from this machine's settings. */
function git(args: readonly string[], cwd = clone.root): string {
  const { status, stdout, stderr } = spawnSync('git', args, {
    cwd,
    encoding: 'utf8',
    env: {
      PATH: process.env['PATH'],
      HOME: clone.root,
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

function commit(message: string): void {
  git(['commit', '-q', '--allow-empty', '-m', message]);
}

const read = (root = clone.root): Promise<GitFacts> => readGitFacts(nodeFiles, root, inflate);

/** The same facts as git tells them. */
function ask(cwd = clone.root): GitFacts {
  const [authorName, authorEmail, message] = git(['log', '-1', '--format=%an%n%ae%n%s'], cwd).split('\n');
  return {
    commit: git(['rev-parse', 'HEAD'], cwd),
    branch: git(['branch', '--show-current'], cwd) || undefined,
    remoteUrl: redactRemoteUrl(git(['remote', 'get-url', 'origin'], cwd)),
    authorName,
    authorEmail,
    message,
  };
}

const UNREAD = { authorName: undefined, authorEmail: undefined, message: undefined };

describe('readGitFacts agrees with git (skipped where there is no git)', () => {
  beforeEach(() => {
    if (ifGit === it.skip) return;
    git(['init', '-q', '-b', 'feature/one.two']);
    git(['config', 'alias.x', '!echo "a;b" # c']);
    git(['remote', 'add', 'origin', 'https://x-token-auth:canary@bitbucket.org/acme/web.git']);
    commit('First ✓\n\nand more');
    commit('Second');
  });

  ifGit('on a branch', async () => {
    expect(await read()).toEqual(ask());
    expect(ask()).toMatchObject({ branch: 'feature/one.two', remoteUrl: 'https://bitbucket.org/acme/web.git' });
  });

  ifGit('detached', async () => {
    git(['checkout', '-q', '--detach', 'HEAD~1']);
    expect(await read()).toEqual(ask());
    expect(ask()).toMatchObject({ branch: undefined, message: 'First ✓' });
  });

  ifGit('with packed refs, and a loose one that is newer', async () => {
    git(['tag', '-a', '-m', 'tag', 'v1']);
    git(['pack-refs', '--all']);
    expect(await read()).toEqual(ask());
    commit('Third');
    expect(await read()).toEqual(ask());
  });

  ifGit('with packed objects, of which it knows only the name', async () => {
    git(['gc', '-q']);
    expect(await read()).toEqual({ ...ask(), ...UNREAD });
  });

  ifGit('in a clone of one commit, as Bitbucket makes it', async () => {
    mkdirSync(`${clone.root}/in`);
    git(['clone', '-q', '--depth', '1', `file://${clone.root}`, 'in/shallow']);
    const shallow = `${clone.root}/in/shallow`;
    git(['remote', 'set-url', 'origin', 'git@bitbucket.org:acme/web.git'], shallow);
    expect(await read(shallow)).toEqual({ ...ask(shallow), ...UNREAD });
  });

  ifGit('in a worktree inside the clone, but not in one whose repository is outside', async () => {
    git(['worktree', 'add', '-q', '-b', 'other', 'tree']);
    const tree = `${clone.root}/tree`;
    expect(await read(tree)).toMatchObject({ commit: undefined, branch: undefined });
    mkdirSync(`${clone.root}/repo`);
    git(['clone', '-q', '--bare', clone.root, 'repo/web.git']);
    git(['--git-dir=repo/web.git', 'worktree', 'add', '-q', 'main', 'other']);
    git(['--git-dir=repo/web.git', 'remote', 'set-url', 'origin', 'git@bitbucket.org:acme/web.git']);
    const whole = { ...ask(`${clone.root}/main`), ...UNREAD };
    // As a worktree has it at its top.
    rmSync(`${clone.root}/.git`, { recursive: true });
    copyFileSync(`${clone.root}/main/.git`, `${clone.root}/.git`);
    expect(await read()).toMatchObject({ commit: whole.commit, branch: 'other', remoteUrl: whole.remoteUrl });
  });

  ifGit('whatever its configuration looks like', async () => {
    for (const url of ['git@bitbucket.org:acme/a.git', 'https://h.example/b#c', 'https://h.example/with;semi', ' u ']) {
      git(['config', 'remote.origin.url', url]);
      expect((await read()).remoteUrl).toBe(ask().remoteUrl);
    }
  });
});
