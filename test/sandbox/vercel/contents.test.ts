import { mkdtempSync, readdirSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Contents, storedFile } from '../../../src/sandbox/vercel/contents.ts';

function keep(contents: Contents, chunks: readonly string[], length = chunks.join('').length): () => string {
  const slot = contents.reserve(length);
  let offset = 0;
  for (const chunk of chunks) {
    slot?.put(Buffer.from(chunk), offset);
    offset += chunk.length;
  }
  const stored = storedFile('sha', length, slot);
  return () => Buffer.from(stored.bytes ?? Buffer.from('gone')).toString();
}

describe('contents', () => {
  it('are the same in memory and on disk, and come in any order', () => {
    const contents = new Contents({ memoryBytes: 5 });
    const first = keep(contents, ['he', 'llo']);
    const [a, b] = [contents.reserve(4), contents.reserve(4)];
    b?.put(Buffer.from('bb'), 0);
    a?.put(Buffer.from('aaaa'), 0);
    b?.put(Buffer.from('BB'), 2);
    const last = keep(contents, ['end']);
    expect(first()).toBe('hello');
    expect([a, b].map((slot) => Buffer.concat([...(slot?.chunks() ?? [])]).toString())).toEqual(['aaaa', 'bbBB']);
    expect(last()).toBe('end');
    contents.close();
  });

  it('do not spoil the next ones where more comes than was said', () => {
    const contents = new Contents({ memoryBytes: 0 });
    const [short, next] = [contents.reserve(2), contents.reserve(2)];
    next?.put(Buffer.from('ok'), 0);
    short?.put(Buffer.from('too long'), 0);
    expect(Buffer.concat([...(next?.chunks() ?? [])]).toString()).toBe('ok');
    contents.close();
  });

  it('are let go above a size', () => {
    const contents = new Contents({ maxBytes: 3 });
    expect(contents.reserve(4)).toBeUndefined();
    expect(storedFile('sha', 4, undefined).bytes).toBeUndefined();
    expect(keep(contents, ['abc'])()).toBe('abc');
  });

  it('leave no file behind', () => {
    const folder = mkdtempSync(join(tmpdir(), 'contents-'));
    const contents = new Contents({ memoryBytes: 0, folder });
    expect(keep(contents, ['kept'])()).toBe('kept');
    expect(readdirSync(folder)).toEqual([]);
    contents.close();
    rmdirSync(folder);
  });
});
