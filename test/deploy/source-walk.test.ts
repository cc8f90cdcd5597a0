import { afterEach, describe, expect, it } from '@jest/globals';
import type { Findings } from '../../src/deploy/findings.ts';
import { readSourceRules } from '../../src/deploy/source-rules.ts';
import { walkSource, type WalkedSource } from '../../src/deploy/source-walk.ts';
import { nodeFiles } from '../../src/platform/files.ts';
import type { Files } from '../../src/platform/types.ts';
import { makeSource, type SourceFolder, type Tree } from './support/source-tree.ts';

const made: SourceFolder[] = [];
afterEach(() => made.splice(0).forEach((source) => source.remove()));

interface Watched {
  readonly walked: WalkedSource;
  /** Folders that were listed, and names that were looked at. */
  readonly listed: string[];
  readonly looked: string[];
  readonly findings: Findings;
}

async function walk(tree: Tree, replaced: Partial<Files> = {}): Promise<Watched> {
  const source = makeSource(tree);
  made.push(source);
  const { root } = source;
  const findings: Findings = { faults: [], warnings: [] };
  const rules = await readSourceRules(nodeFiles, root, findings);
  const [listed, looked]: [string[], string[]] = [[], []];
  const toName = (path: string): string => path.slice(root.length + 1);
  const files: Files = {
    ...nodeFiles,
    list: (path) => (listed.push(toName(path)), nodeFiles.list(path)),
    lstat: (path) => (looked.push(toName(path)), nodeFiles.lstat(path)),
    ...replaced,
  };
  const walked = await walkSource({ files, root, rules, recordDir: 'deploy-records', findings });
  return { walked, listed: listed.sort(), looked: looked.sort(), findings };
}

describe('walkSource', () => {
  it('neither lists nor looks at what is ignored or kept out', async () => {
    const { listed, looked } = await walk({
      'src/a.ts': '',
      'src/node_modules/b/c.js': '',
      'node_modules/b/c.js': '',
      'dist/d/e.js': '',
      'deploy-records/2026/f.json': '',
      '.git/objects/00/1': '',
      '.vercelignore': 'dist/\n',
    });
    expect(listed).toEqual(['', 'src']);
    expect(looked).toEqual(['.vercelignore', 'deploy-records', 'dist', 'src', 'src/a.ts']);
  });

  it('asks the disk once for a folder and once for a name, however many there are', async () => {
    const tree = (count: number): Tree =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`d${String(index % 10)}/f${String(index)}`, '']));
    for (const count of [100, 1000]) {
      const { listed, looked } = await walk(tree(count));
      expect({ listed: listed.length, looked: looked.length }).toEqual({ listed: 11, looked: count + 10 });
    }
  });

  it.each<{ name: string; line: string; sent: string[]; kept: string[] }>([
    { name: 'a folder', line: '!.aws', sent: ['.aws/config', '.aws/deep/.env', '.vercelignore'], kept: [] },
    { name: 'a file in it', line: '!.aws/config', sent: ['.aws/config', '.vercelignore'], kept: ['.aws/deep/'] },
    { name: 'another file', line: '!.ssh/config', sent: ['.vercelignore'], kept: ['.aws/'] },
  ])('lets through what is named: $name', async ({ line, sent, kept }) => {
    const { walked } = await walk({ '.aws/config': '', '.aws/deep/.env': '', '.vercelignore': `${line}\n` });
    expect(walked.entries.map(({ path }) => path).sort()).toEqual(sent);
    expect(walked.kept).toEqual(kept);
  });

  it.each(['!.vercel', '!.vercel/.env.preview.local', '!.vercel/**', '!a/.vercel\n!a/.vercel/.ENV.preview.local'])(
    'sends no pulled values, whatever the project says: %s',
    async (line) => {
      const { walked } = await walk({
        '.vercel/.env.preview.local': 'A="1"',
        'a/.vercel/.ENV.preview.local': 'A="1"',
        '.aws/.vercel/.env.local': '',
        '.vercelignore': `!.vercel\n!.aws\n${line}\n`,
      });
      expect(walked.entries.map(({ path }) => path)).not.toContainEqual(expect.stringMatching(/\.env/i));
      expect(walked.kept).toContain('.vercel/.env.preview.local');
    },
  );

  it('sends a file that only has a secret folder’s name', async () => {
    const { walked } = await walk({ '.aws': 'text', 'deploy-records': 'text' });
    expect(walked.entries.map(({ path }) => path).sort()).toEqual(['.aws', 'deploy-records']);
    expect(walked.kept).toEqual([]);
  });

  it('sends certificates, though they are named as keys are', async () => {
    const { walked } = await walk({
      'ca.pem': '-----BEGIN CERTIFICATE-----',
      'tls.pem': '-----BEGIN PRIVATE KEY-----',
    });
    expect(walked.entries.map(({ path }) => path)).toEqual(['ca.pem']);
    expect(walked.kept).toEqual(['tls.pem']);
  });

  it('stops at a number of files that nobody deploys', async () => {
    const names = Array.from({ length: 200_001 }, (_, index) => String(index));
    const { findings } = await walk(
      {},
      { list: () => Promise.resolve(names), lstat: () => Promise.resolve({ kind: 'file', size: 0, mode: 0o100644 }) },
    );
    expect(findings.faults).toEqual(['More than 200000 files. Keep out what Vercel does not need with .vercelignore.']);
  });
});
