import { appendFileSync, truncateSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { readContent, type Content } from '../../src/deploy/upload-content.ts';
import { nodeFiles } from '../../src/platform/files.ts';
import { denied, filesWith, type Thing } from './support/output-tree.ts';
import { contentAt, manifestOf, textOf } from './support/upload-bench.ts';

const LARGE = 'x'.repeat(1024 * 1024) + 'y'.repeat(300_000);

async function contentOf(thing: Thing): Promise<Content> {
  return contentAt(await manifestOf({ 'out/it': thing, 'out/beside': '' }), 'out/it');
}

function sourceOf(content: Content): string {
  if (content.kind !== 'file') throw new Error('a link');
  return content.source;
}

async function send(content: Content, chunks: number[] = []): Promise<string> {
  return textOf(await readContent(nodeFiles, content, (bytes) => chunks.push(bytes)));
}

describe('readContent', () => {
  it('gives a link its text, and a small file in one piece', async () => {
    expect(await send(await contentOf({ link: 'beside' }))).toBe('beside');
    expect(await readContent(nodeFiles, await contentOf('small'))).toEqual(new TextEncoder().encode('small'));
  });

  it('streams a large file, as often as it is sent, and tells what is on its way', async () => {
    const content = await contentOf(LARGE);
    const chunks: number[] = [];
    expect(await send(content, chunks)).toBe(LARGE);
    expect(chunks.length).toBeGreaterThan(2);
    expect(chunks.reduce((sum, bytes) => sum + bytes)).toBe(LARGE.length);
    expect(await send(content)).toBe(LARGE);
  });

  it.each([
    { name: 'other bytes', change: (path: string) => writeFileSync(path, 'SMALL') },
    { name: 'more bytes', change: (path: string) => appendFileSync(path, '!') },
    { name: 'far more bytes', change: (path: string) => writeFileSync(path, LARGE) },
    { name: 'fewer bytes', change: (path: string) => truncateSync(path, 3) },
  ])('refuses a small file with $name', async ({ change }) => {
    const content = await contentOf('small');
    change(sourceOf(content));
    await expect(send(content)).rejects.toMatchObject({
      code: 'OUTPUT_CHANGED',
      message: 'A file changed while it was deployed.',
    });
  });

  it.each([
    { name: 'other bytes', change: (path: string) => writeFileSync(path, LARGE.replace('y', 'z')) },
    { name: 'more bytes', change: (path: string) => appendFileSync(path, '!') },
    { name: 'far more bytes', change: (path: string) => appendFileSync(path, LARGE) },
    { name: 'fewer bytes', change: (path: string) => truncateSync(path, LARGE.length - 1) },
  ])('breaks off a large file with $name before a whole body has gone', async ({ change }) => {
    const content = await contentOf(LARGE);
    change(sourceOf(content));
    const body = await readContent(nodeFiles, content);
    let sent = 0;
    const drain = async (): Promise<void> => {
      if (typeof body !== 'function') return;
      for await (const chunk of body()) sent += chunk.byteLength;
    };
    await expect(drain()).rejects.toMatchObject({
      code: 'OUTPUT_CHANGED',
      got: `other bytes at ${sourceOf(content)} than were hashed for the manifest`,
    });
    expect(sent).toBeLessThan(LARGE.length);
  });

  it('names a file that can no longer be read, also where the system does not', async () => {
    const [small, large] = [await contentOf('small'), await contentOf(LARGE)];
    const files = filesWith({
      read: (path) => Promise.reject(denied(path)),
      stream: async function* () {
        await Promise.resolve();
        throw Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO' });
      },
    });
    await expect(readContent(files, small)).rejects.toMatchObject({
      code: 'OUTPUT_CHANGED',
      got: `EACCES for ${sourceOf(small)}`,
    });
    await expect(textOf(await readContent(files, large))).rejects.toMatchObject({
      code: 'OUTPUT_CHANGED',
      got: `EIO for ${sourceOf(large)}`,
    });
  });
});
