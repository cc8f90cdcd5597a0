import { readdirSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readCommit } from '../../src/deploy/git-commit.ts';
import { sha256Hex } from '../../src/digest.ts';
import { nodeFiles } from '../../src/platform/files.ts';
import { GIT_IS_THERE, runGit } from './support/git-command.ts';
import { makeClone, type Clone } from './support/git-repository.ts';

const ifGit = GIT_IS_THERE ? it : it.skip;
const COMMITS = 120;

let clone: Clone;
beforeEach(() => {
  clone = makeClone();
});
afterEach(() => {
  clone.remove();
});

const git = (args: readonly string[], input?: string): string => runGit(clone.root, args, input);

/** Commits whose long messages share most with those of their neighbours, so that git makes deltas of deltas. */
function makeHistory(): void {
  git(['init', '-q', '-b', 'main']);
  const lines = Array.from({ length: COMMITS + 40 }, (_, line) => sha256Hex(String(line)));
  const stream = Array.from({ length: COMMITS }, (_, count) => {
    const message = [`Commit ${String(count)}`, '', ...lines.slice(count, count + 40)].join('\n');
    const author = `author A ${String(count)} <a${String(count)}@example.com> ${String(1_790_000_000 + count)} +0200`;
    const committer = `committer C <c@example.com> 1790000000 +0000`;
    return `commit refs/heads/main\n${author}\n${committer}\ndata ${String(message.length)}\n${message}\n`;
  });
  git(['fast-import', '--quiet'], stream.join(''));
}

/** What we read of every commit, and what git says of it. */
async function compareAll(): Promise<number> {
  const lines = git(['log', '--format=%H%x00%an%x00%ae%x00%s', 'main']).split('\n');
  for (const line of lines) {
    const [commit = '', authorName, authorEmail, message] = line.split('\0');
    const found = await readCommit(nodeFiles, clone.root, '.git', { commit, readers: nodeFiles });
    expect(found).toEqual({ authorName, authorEmail, message });
  }
  return lines.length;
}

function packs(ending: string): string[] {
  const folder = `${clone.root}/.git/objects/pack`;
  return readdirSync(folder).flatMap((name) => (name.endsWith(ending) ? [`${folder}/${name}`] : []));
}

/** How long the chains of deltas are that end in a commit. */
function commitDepths(): number[] {
  const lines = packs('.idx').flatMap((index) => git(['verify-pack', '-v', index]).split('\n'));
  return lines.flatMap((line) => {
    const [, depth] = /^[0-9a-f]{40} commit \d+ \d+ \d+ (\d+) /.exec(line) ?? [];
    return depth === undefined ? [] : [Number(depth)];
  });
}

describe('a packed commit is what git says it is (skipped where there is no git)', () => {
  ifGit.each([
    { name: 'by place', settings: [] },
    { name: 'by name', settings: ['-c', 'repack.useDeltaBaseOffset=false'] },
    { name: 'not compressed', settings: ['-c', 'pack.compression=0'] },
  ])('with deltas $name, more than 30 deep', async ({ settings }) => {
    makeHistory();
    git([...settings, 'repack', '-adfq', '--depth=50', '--window=200']);
    expect(packs('.pack')).toHaveLength(1);
    expect(Math.max(...commitDepths())).toBeGreaterThan(30);
    expect(await compareAll()).toBe(COMMITS);
  });

  ifGit('with all offsets but the first in 64 bits', async () => {
    makeHistory();
    git(['repack', '-adfq', '--depth=50', '--window=200']);
    for (const pack of packs('.pack')) git(['index-pack', '--index-version=2,0x10', pack]);
    expect(await compareAll()).toBe(COMMITS);
  });

  ifGit('in several packs under one index of all', async () => {
    makeHistory();
    git(['commit', '-q', '--allow-empty', '-m', 'One more']);
    git(['repack', '-dq']);
    git(['multi-pack-index', 'write']);
    expect(packs('.pack').length).toBeGreaterThan(1);
    expect(await compareAll()).toBe(COMMITS + 1);
  });

  ifGit('but not under an index of version 1, nor in another repository', async () => {
    makeHistory();
    const commit = git(['rev-parse', 'main']);
    const find = (path: string): ReturnType<typeof readCommit> =>
      readCommit(nodeFiles, clone.root, path, { commit, readers: nodeFiles });
    git(['clone', '-q', '--shared', '--bare', clone.root, 'shared.git']);
    expect(await find('shared.git')).toBeUndefined();
    git(['-c', 'pack.indexVersion=1', 'repack', '-adfq']);
    expect(await find('.git')).toBeUndefined();
    git(['repack', '-adfq']);
    expect(await find('.git')).toMatchObject({ message: `Commit ${String(COMMITS - 1)}` });
  });

  ifGit('and with any byte damaged that is read, it is that or nothing', async () => {
    makeHistory();
    git(['repack', '-adfq', '--depth=50', '--window=200']);
    const commit = git(['rev-parse', 'main~60']);
    const read = (damage: (bytes: Uint8Array) => void): ReturnType<typeof readCommit> =>
      readCommit(nodeFiles, clone.root, '.git', {
        commit,
        readers: {
          ...nodeFiles,
          readRange: async (...part) => {
            const bytes = await nodeFiles.readRange(...part);
            if (bytes) damage(bytes);
            return bytes;
          },
        },
      });
    const lengths: number[] = [];
    const whole = await read((bytes) => lengths.push(bytes.length));
    expect(whole).toMatchObject({ message: `Commit ${String(COMMITS - 61)}` });
    let lost = 0;
    for (const [damaged, length] of lengths.entries()) {
      for (let at = 0; at < length; at += Math.ceil(length / 16)) {
        let part = 0;
        const found = await read((bytes) => {
          if (part === damaged) bytes[at] = (bytes[at] ?? 0) ^ 0xff;
          part += 1;
        });
        if (found === undefined) lost += 1;
        else expect(found).toEqual(whole);
      }
    }
    expect(lost).toBeGreaterThan(lengths.length);
  });
});
