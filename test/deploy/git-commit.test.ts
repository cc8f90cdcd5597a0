import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readCommit, type GitCommit, type GitReaders } from '../../src/deploy/git-commit.ts';
import { nodeFiles } from '../../src/platform/files.ts';
import { AUTHOR, COMMIT_TEXT, makeClone, makeObject, type Clone } from './support/git-repository.ts';

let clone: Clone;
beforeEach(() => {
  clone = makeClone();
});
afterEach(() => {
  clone.remove();
});

function read(commit: string, readers: GitReaders = nodeFiles): Promise<GitCommit | undefined> {
  return readCommit(nodeFiles, clone.root, '.git', { commit, readers });
}

function write(content: string | Uint8Array, kind = 'commit'): string {
  const { sha, path, bytes } = makeObject(kind, content);
  clone.write(`.git/${path}`, bytes);
  return sha;
}

const commitOf = (author: string, message: string): string =>
  `tree ${'0'.repeat(40)}\n${author}\ncommitter C <c@example.com> 1 +0000\n\n${message}`;

describe('readCommit', () => {
  it('reads the header’s author and the first line', async () => {
    expect(await read(write(COMMIT_TEXT))).toEqual({
      authorName: AUTHOR.name,
      authorEmail: AUTHOR.email,
      message: 'Add the engine',
    });
  });

  it.each([
    { author: 'author <a@b.c> 1 +0000', message: 'm', expected: { authorEmail: 'a@b.c', message: 'm' } },
    { author: 'author A <> 1 +0000', message: 'm', expected: { authorName: 'A', message: 'm' } },
    { author: 'author A <a@b.c>', message: 'm', expected: { message: 'm' } },
    { author: 'author A <a<b@b.c> 1 +0000', message: 'm', expected: { message: 'm' } },
    { author: 'author É <é@b.c> 1 -0330', message: '', expected: { authorName: 'É', authorEmail: 'é@b.c' } },
    { author: 'author A <a@b.c> 1 +0000', message: '\n\n  late\tline \r\n', expected: { message: 'late line' } },
    { author: 'author A <a@b.c> 1 +0000', message: '\u001b[31mred', expected: { message: '[31mred' } },
    { author: 'author A <a@b.c> 1 +0000', message: 'x'.repeat(1001), expected: { message: 'x'.repeat(1000) } },
  ])('reads $author with $message.length characters', async ({ author, message, expected }) => {
    const found = await read(write(commitOf(author, message)));
    expect(found).toMatchObject(expected);
    for (const fact of ['authorName', 'authorEmail', 'message'] as const) {
      if (!author.startsWith('author A <a@b.c> 1') && !(fact in expected)) expect(found?.[fact]).toBeUndefined();
    }
  });

  it('believes only the object that its name says', async () => {
    const sha = write(COMMIT_TEXT);
    const { path, bytes } = makeObject('commit', COMMIT_TEXT.replace('Ada', 'Eve'));
    expect(path).not.toContain(sha.slice(2));
    clone.write(`.git/objects/${sha.slice(0, 2)}/${sha.slice(2)}`, bytes);
    expect(await read(sha)).toBeUndefined();
  });

  it.each<{ name: string; make: () => string }>([
    { name: 'is not there', make: () => 'f'.repeat(40) },
    { name: 'is no commit', make: () => write('text', 'blob') },
    { name: 'is not UTF-8', make: () => write(Buffer.from(commitOf('author \xff <a@b.c> 1 +0000', 'm'), 'latin1')) },
    {
      name: 'is larger than a commit',
      make: () => write(commitOf('author A <a@b.c> 1 +0000', 'x'.repeat(1024 * 1024))),
    },
  ])('knows nothing of an object that $name', async ({ make }) => {
    expect(await read(make())).toBeUndefined();
  });

  it('knows nothing of what is no zlib stream', async () => {
    const { sha, path } = makeObject('commit', COMMIT_TEXT);
    clone.write(`.git/${path}`, 'text');
    expect(await read(sha)).toBeUndefined();
  });

  it('bounds what it reads and what comes out of it', async () => {
    const asked: number[] = [];
    const watch: GitReaders = {
      ...nodeFiles,
      inflate: (bytes, maxBytes) => (asked.push(maxBytes), nodeFiles.inflate(bytes, maxBytes)),
    };
    const { sha, path } = makeObject('commit', COMMIT_TEXT);
    clone.write(`.git/${path}`, Buffer.alloc(256 * 1024 + 1));
    expect(await read(sha, watch)).toBeUndefined();
    expect(asked).toEqual([]);
    expect(await read(write(COMMIT_TEXT), watch)).toMatchObject({ message: 'Add the engine' });
    expect(asked).toEqual([1024 * 1024]);
  });
});
