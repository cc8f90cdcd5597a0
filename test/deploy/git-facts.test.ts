import { existsSync, mkdirSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readGitFacts, type GitFacts } from '../../src/deploy/git-facts.ts';
import { nodeFiles } from '../../src/platform/files.ts';
import { AUTHOR, COMMIT_TEXT, makeClone, makeObject, type Clone } from './support/git-repository.ts';

const OTHER = '1'.repeat(40);
const NOTHING: GitFacts = {
  commit: undefined,
  branch: undefined,
  remoteUrl: undefined,
  authorName: undefined,
  authorEmail: undefined,
  message: undefined,
};
const CONFIG =
  '[core]\n\tbare = false\n[remote "origin"]\n\turl = https://x-token-auth:t0k3n@bitbucket.org/acme/web.git\n';

let clone: Clone;
beforeEach(() => {
  clone = makeClone();
});
afterEach(() => {
  clone.remove();
});

const read = (): Promise<GitFacts> => readGitFacts(nodeFiles, clone.root, nodeFiles);

/** A repository on `main` with one loose commit; `at` is its folder. */
function writeRepository(at = '.git', text: string | Uint8Array = COMMIT_TEXT): string {
  const { sha, path, bytes } = makeObject('commit', text);
  clone.write(`${at}/HEAD`, 'ref: refs/heads/main\n');
  clone.write(`${at}/refs/heads/main`, `${sha}\n`);
  clone.write(`${at}/config`, CONFIG);
  clone.write(`${at}/${path}`, bytes);
  return sha;
}

describe('readGitFacts', () => {
  it('reads commit, branch, remote, author and message', async () => {
    const commit = writeRepository();
    expect(await read()).toEqual({
      commit,
      branch: 'main',
      remoteUrl: 'https://bitbucket.org/acme/web.git',
      authorName: AUTHOR.name,
      authorEmail: AUTHOR.email,
      message: 'Add the engine',
    });
  });

  it('has nothing to say outside of a repository', async () => {
    expect(await read()).toEqual(NOTHING);
  });

  it.each<{ name: string; pointer: (root: string) => string }>([
    { name: 'relative', pointer: () => 'gitdir: repos/web/worktrees/two\n' },
    { name: 'absolute', pointer: (root) => `gitdir: ${root}/repos/web/worktrees/two\n` },
  ])('follows a worktree’s pointer inside the clone: $name', async ({ pointer }) => {
    const commit = writeRepository('repos/web');
    clone.write('.git', pointer(clone.root));
    clone.write('repos/web/worktrees/two/HEAD', 'ref: refs/heads/main\n');
    clone.write('repos/web/worktrees/two/commondir', '../..\n');
    expect(await read()).toMatchObject({ commit, branch: 'main', message: 'Add the engine' });
  });

  it.each<{ name: string; git: string | { readonly linkTo: string } }>([
    { name: 'a relative pointer', git: 'gitdir: ../other/.git\n' },
    { name: 'an absolute pointer', git: `gitdir: /other/.git\n` },
    { name: 'a pointer to a neighbour with a longer name', git: 'gitdir: ../build2/.git\n' },
    { name: 'an absolute pointer to one', git: 'gitdir: ROOT-repo/.git\n' },
    { name: 'a pointer through a linked folder', git: 'gitdir: linked/.git\n' },
    { name: 'a link', git: { linkTo: '../other/.git' } },
    { name: 'a link to itself', git: { linkTo: '.git' } },
    { name: 'a pointer to itself', git: 'gitdir: .git\n' },
    { name: 'a pointer to nothing', git: 'gitdir: gone\n' },
    { name: 'no pointer', git: '../other/.git\n' },
    { name: 'an endless pointer', git: `gitdir: ${'./'.repeat(4096)}repo\n` },
  ])('does not leave the clone by $name', async ({ git }) => {
    for (const folder of ['../other/.git', '../build2/.git', '../build-repo/.git', 'repo', 'repo/.git'])
      writeRepository(folder);
    clone.write('linked', { linkTo: '../other' });
    clone.write('.git', typeof git === 'string' ? git.replace('ROOT', clone.root) : git);
    expect(await read()).toEqual(NOTHING);
  });

  it.each(['commondir', 'HEAD', 'refs/heads/main', 'config'])(
    'does not leave the clone by a linked %s',
    async (name) => {
      writeRepository('../other/.git');
      clone.write('../other/.git/commondir', '.\n');
      const files: Record<string, string> = {
        HEAD: 'ref: refs/heads/main\n',
        config: CONFIG,
        'refs/heads/main': OTHER,
      };
      for (const [path, text] of Object.entries(files)) if (path !== name) clone.write(`.git/${path}`, text);
      clone.write(`.git/${name}`, { linkTo: `${'../'.repeat(name.split('/').length + 1)}other/.git/${name}` });
      expect(existsSync(`${clone.root}/.git/${name}`)).toBe(true);
      const whole = { commit: OTHER, branch: 'main', remoteUrl: 'https://bitbucket.org/acme/web.git' };
      const lost: Readonly<Record<string, Partial<GitFacts>>> = {
        commondir: {},
        HEAD: { commit: undefined, branch: undefined },
        'refs/heads/main': { commit: undefined },
        config: { remoteUrl: undefined },
      };
      expect(await read()).toEqual({ ...NOTHING, ...whole, ...lost[name] });
    },
  );

  it('ignores a commondir that leads out', async () => {
    writeRepository('../other/.git');
    clone.write('.git/HEAD', `${OTHER}\n`);
    clone.write('.git/commondir', '../../other/.git\n');
    expect(await read()).toEqual(NOTHING);
  });

  it.each([
    {
      name: 'HEAD',
      path: '.git/HEAD',
      content: `ref: refs/heads/main${'\n'.repeat(5000)}`,
      lost: ['commit', 'branch'],
    },
    { name: 'ref', path: '.git/refs/heads/main', content: `${OTHER}${'\n'.repeat(5000)}`, lost: ['commit'] },
    { name: 'config', path: '.git/config', content: `${CONFIG}${'#\n'.repeat(200_000)}`, lost: ['remoteUrl'] },
    { name: 'config that is no text', path: '.git/config', content: Buffer.from([0xff, 0xfe]), lost: ['remoteUrl'] },
  ])('does without a $name that is too large or no text', async ({ path, content, lost }) => {
    writeRepository();
    clone.write(path, content);
    const facts: Partial<Record<string, string>> = { ...(await read()) };
    expect(['commit', 'branch', 'remoteUrl'].filter((fact) => facts[fact] === undefined)).toEqual(lost);
  });

  it('does without a file that is a folder, or that it may not read', async () => {
    writeRepository();
    mkdirSync(`${clone.root}/.git/packed-refs`);
    const denied = { ...nodeFiles, read: () => Promise.reject(Object.assign(new Error('denied'), { code: 'EACCES' })) };
    expect(await readGitFacts(denied, clone.root, nodeFiles)).toEqual(NOTHING);
    clone.write('.git/HEAD', 'ref: refs/heads/gone\n');
    expect(await read()).toMatchObject({ commit: undefined, branch: 'gone' });
  });
});
