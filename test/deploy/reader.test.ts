import { expect, it } from '@jest/globals';
import { rememberStats } from '../../src/deploy/reader.ts';
import { nodeFiles } from '../../src/platform/files.ts';
import { filesWith, makeTree } from './support/output-tree.ts';

it('asks once for each path, and passes the rest through', async () => {
  const root = makeTree({ 'a.txt': 'text', 'to-a': { link: 'a.txt' } });
  const asked: string[] = [];
  const files = filesWith({
    lstat: (path) => {
      asked.push(`lstat ${path}`);
      return nodeFiles.lstat(path);
    },
    readLink: (path) => {
      asked.push(`readLink ${path}`);
      return nodeFiles.readLink(path);
    },
  });
  const reader = rememberStats(files);
  const [first, second] = await Promise.all([reader.lstat(`${root}/a.txt`), reader.lstat(`${root}/a.txt`)]);
  expect(first).toMatchObject({ kind: 'file', size: 4 });
  expect(second).toEqual(first);
  expect(await reader.lstat(`${root}/none`)).toBeUndefined();
  expect(await reader.lstat(`${root}/none`)).toBeUndefined();
  expect([await reader.readLink(`${root}/to-a`), await reader.readLink(`${root}/to-a`)]).toEqual(['a.txt', 'a.txt']);
  expect(asked).toEqual([`lstat ${root}/a.txt`, `lstat ${root}/none`, `readLink ${root}/to-a`]);

  expect(await reader.list(root)).toEqual(['a.txt', 'to-a']);
  expect(Buffer.from((await reader.read(`${root}/a.txt`, 10)) ?? []).toString()).toBe('text');
  const chunks: Uint8Array[] = [];
  for await (const chunk of reader.stream(`${root}/a.txt`)) chunks.push(chunk);
  expect(Buffer.concat(chunks).toString()).toBe('text');
});
