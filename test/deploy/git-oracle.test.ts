import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readGitFacts, type GitFacts } from '../../src/deploy/git-facts.ts';
import { redactRemoteUrl } from '../../src/deploy/git-remote.ts';
import { nodeFiles } from '../../src/platform/files.ts';
import { GIT_IS_THERE, runGit } from './support/git-command.ts';
import { makeClone, type Clone } from './support/git-repository.ts';

const ifGit = GIT_IS_THERE ? it : it.skip;

let clone: Clone;
beforeEach(() => {
  clone = makeClone();
});
afterEach(() => {
  clone.remove();
});

const git = (args: readonly string[], cwd = clone.root): string => runGit(cwd, args);

function commit(message: string): void {
  git(['commit', '-q', '--allow-empty', '-m', message]);
}

const read = (root = clone.root): Promise<GitFacts> => readGitFacts(nodeFiles, root, nodeFiles);

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

describe('readGitFacts agrees with git (skipped where there is no git)', () => {
  beforeEach(() => {
    if (!GIT_IS_THERE) return;
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

  ifGit('with packed objects', async () => {
    git(['gc', '-q']);
    expect(git(['count-objects', '-v'])).toMatch(/^count: 0\n/);
    expect(await read()).toEqual(ask());
    expect(await read()).toMatchObject({ authorName: 'Ünal "U" Ört', authorEmail: 'u@example.com' });
  });

  ifGit.each([1, 50])('in a clone of %d commits, as Bitbucket makes it', async (depth) => {
    for (let count = 0; count < 60; count += 1) commit(`Commit ${String(count)}`);
    git(['tag', '-a', '-m', 'tag', 'v1']);
    mkdirSync(`${clone.root}/in`);
    for (const name of ['feature/one.two', 'v1']) {
      const shallow = `${clone.root}/in/${name}`;
      git(['clone', '-q', '--depth', String(depth), '--branch', name, `file://${clone.root}`, shallow]);
      git(['remote', 'set-url', 'origin', 'git@bitbucket.org:acme/web.git'], shallow);
      expect(git(['rev-list', '--count', 'HEAD'], shallow)).toBe(String(depth));
      expect(await read(shallow)).toEqual(ask(shallow));
      expect(await read(shallow)).toMatchObject({ message: 'Commit 59' });
    }
  });

  ifGit('in a worktree inside the clone, but not in one whose repository is outside', async () => {
    git(['worktree', 'add', '-q', '-b', 'other', 'tree']);
    const tree = `${clone.root}/tree`;
    expect(await read(tree)).toMatchObject({ commit: undefined, branch: undefined });
    mkdirSync(`${clone.root}/repo`);
    git(['clone', '-q', '--bare', clone.root, 'repo/web.git']);
    git(['--git-dir=repo/web.git', 'worktree', 'add', '-q', 'main', 'other']);
    git(['--git-dir=repo/web.git', 'remote', 'set-url', 'origin', 'git@bitbucket.org:acme/web.git']);
    const whole = ask(`${clone.root}/main`);
    // As a worktree has it at its top.
    rmSync(`${clone.root}/.git`, { recursive: true });
    copyFileSync(`${clone.root}/main/.git`, `${clone.root}/.git`);
    expect(await read()).toEqual(whole);
    expect(whole).toMatchObject({ branch: 'other', message: 'Second' });
  });

  ifGit('whatever its configuration looks like', async () => {
    for (const url of ['git@bitbucket.org:acme/a.git', 'https://h.example/b#c', 'https://h.example/with;semi', ' u ']) {
      git(['config', 'remote.origin.url', url]);
      expect((await read()).remoteUrl).toBe(ask().remoteUrl);
    }
  });
});
