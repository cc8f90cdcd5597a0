import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readHead, type GitHead } from '../../src/deploy/git-head.ts';
import { nodeFiles } from '../../src/platform/files.ts';
import { makeClone, type Clone } from './support/git-repository.ts';

const [LOOSE, PACKED, PEELED] = ['a', 'b', 'c'].map((digit) => digit.repeat(40)) as [string, string, string];

let clone: Clone;
beforeEach(() => {
  clone = makeClone();
  clone.write('.git/refs/heads/main', `${LOOSE}\n`);
  clone.write('.git/refs/heads/both', `${LOOSE}\n`);
  clone.write('.git/refs/heads/feature/a.b', `${LOOSE}\n`);
  clone.write('.git/refs/heads/alias', 'ref: refs/heads/packed\n');
  clone.write('.git/refs/heads/loop', 'ref: refs/heads/loop\n');
  clone.write('.git/refs/heads/broken', 'not a name\n');
  clone.write(
    '.git/packed-refs',
    `# pack-refs with: peeled fully-peeled sorted refs/heads/commented
${PACKED} refs/heads/both
${PACKED} refs/heads/packed
${PACKED} refs/heads/packed-too
${PACKED} refs/tags/v1
^${PEELED}
broken refs/heads/torn
`,
  );
  clone.write('secret', `${PACKED}\n`);
});
afterEach(() => {
  clone.remove();
});

function read(head: string): Promise<GitHead> {
  clone.write('.git/HEAD', head);
  return readHead(nodeFiles, clone.root, { own: '.git', common: '.git' });
}

describe('readHead', () => {
  it.each<{ head: string; expected: GitHead }>([
    { head: 'ref: refs/heads/main\n', expected: { branch: 'main', commit: LOOSE } },
    { head: 'ref: refs/heads/main', expected: { branch: 'main', commit: LOOSE } },
    { head: 'ref: refs/heads/feature/a.b\n', expected: { branch: 'feature/a.b', commit: LOOSE } },
    { head: 'ref: refs/heads/both\n', expected: { branch: 'both', commit: LOOSE } },
    { head: 'ref: refs/heads/packed\n', expected: { branch: 'packed', commit: PACKED } },
    { head: 'ref: refs/heads/alias\n', expected: { branch: 'alias', commit: PACKED } },
    { head: 'ref: refs/tags/v1\n', expected: { branch: undefined, commit: PACKED } },
    { head: `${LOOSE}\n`, expected: { branch: undefined, commit: LOOSE } },
    { head: `${'d'.repeat(64)}\n`, expected: { branch: undefined, commit: 'd'.repeat(64) } },
    { head: 'ref: refs/heads/unborn\n', expected: { branch: 'unborn', commit: undefined } },
    { head: 'ref: refs/heads/loop\n', expected: { branch: 'loop', commit: undefined } },
    { head: 'ref: refs/heads/broken\n', expected: { branch: 'broken', commit: undefined } },
    { head: 'ref: refs/heads/torn\n', expected: { branch: 'torn', commit: undefined } },
    { head: 'ref: refs/heads/commented\n', expected: { branch: 'commented', commit: undefined } },
  ])('$head', async ({ head, expected }) => {
    expect(await read(head)).toEqual(expected);
  });

  it.each([
    'ref: refs/../../secret\n',
    'ref: refs/heads/../../../secret\n',
    'ref: ../secret\n',
    'ref: secret\n',
    'ref: /etc/passwd\n',
    'ref: refs/heads/.invalid\n',
    'ref: refs/heads//main\n',
    'ref: refs/heads/main/\n',
    'ref: refs/heads/main.lock\n',
    'ref: refs/heads/a b\n',
    'ref: refs/heads/a\u0001b\n',
    'ref: refs/heads/main\nref: refs/heads/both\n',
    `${LOOSE} main\n`,
    `${LOOSE.slice(1)}\n`,
    '',
  ])('believes nothing of %j', async (head) => {
    expect(await read(head)).toEqual({ branch: undefined, commit: undefined });
  });

  it('reads no packed refs beyond 8 MiB', async () => {
    clone.write('.git/packed-refs', `${PACKED} refs/heads/packed\n${'#\n'.repeat(4 * 1024 * 1024)}`);
    expect(await read('ref: refs/heads/packed\n')).toEqual({ branch: 'packed', commit: undefined });
  });
});
