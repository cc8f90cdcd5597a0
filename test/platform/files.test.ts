import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { gunzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from '@jest/globals';
import { nodeFiles } from '../../src/platform/files.ts';

const folder = mkdtempSync(`${tmpdir()}/files-test-`);
afterAll(() => rmSync(folder, { recursive: true }));

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('nodeFiles', () => {
  it('tells kinds without following links', async () => {
    writeFileSync(`${folder}/file`, 'hello');
    mkdirSync(`${folder}/dir`);
    symlinkSync('nowhere', `${folder}/link`);
    expect(await nodeFiles.lstat(`${folder}/file`)).toMatchObject({ kind: 'file', size: 5 });
    expect(await nodeFiles.lstat(`${folder}/dir`)).toMatchObject({ kind: 'directory' });
    expect(await nodeFiles.lstat(`${folder}/link`)).toMatchObject({ kind: 'symlink' });
    expect(await nodeFiles.lstat(`${folder}/file/below`)).toBeUndefined();
    expect(await nodeFiles.readLink(`${folder}/link`)).toBe('nowhere');
  });

  it('lists bytewise, not by language', async () => {
    for (const name of ['b', 'a', 'é', 'Z']) writeFileSync(`${folder}/dir/${name}`, '');
    expect(await nodeFiles.list(`${folder}/dir`)).toEqual(['Z', 'a', 'b', 'é']);
    // In UTF-16 the second comes before the first.
    const names = ['\uff01', '\u{1f600}'];
    mkdirSync(`${folder}/wide`);
    for (const name of names) writeFileSync(`${folder}/wide/${name}`, '');
    expect(await nodeFiles.list(`${folder}/wide`)).toEqual(names);
    expect((await nodeFiles.listKinds(`${folder}/wide`)).map(({ name }) => name)).toEqual(names);
  });

  it('lists what each is, of links that they are links', async () => {
    mkdirSync(`${folder}/kinds/folder`, { recursive: true });
    writeFileSync(`${folder}/kinds/file`, '');
    symlinkSync('file', `${folder}/kinds/link`);
    execFileSync('mkfifo', [`${folder}/kinds/pipe`]);
    expect(await nodeFiles.listKinds(`${folder}/kinds`)).toEqual([
      { name: 'file', kind: 'file' },
      { name: 'folder', kind: 'directory' },
      { name: 'link', kind: 'symlink' },
      { name: 'pipe', kind: 'other' },
    ]);
    await expect(nodeFiles.listKinds(`${folder}/nowhere`)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('writes past what a killed run has left', async () => {
    writeFileSync(`${folder}/notes.json.partial`, 'half');
    await nodeFiles.replace(`${folder}/notes.json`, bytes('one'));
    await Promise.all([
      nodeFiles.replace(`${folder}/notes.json`, bytes('two')),
      nodeFiles.replace(`${folder}/notes.json`, bytes('two')),
    ]);
    expect(await nodeFiles.read(`${folder}/notes.json`, 10)).toEqual(bytes('two'));
    expect((await nodeFiles.list(folder)).filter((name) => name.startsWith('notes'))).toEqual([
      'notes.json',
      'notes.json.partial',
    ]);
  });

  it('reads within bounds', async () => {
    writeFileSync(`${folder}/ten`, '0123456789');
    expect(await nodeFiles.read(`${folder}/ten`, 10)).toEqual(bytes('0123456789'));
    expect(await nodeFiles.read(`${folder}/missing`, 10)).toBeUndefined();
    await expect(nodeFiles.read(`${folder}/ten`, 9)).rejects.toMatchObject({ code: 'FILE_TOO_LARGE', got: '10 bytes' });
  });

  it('writes once, makes folders, and leaves no half file', async () => {
    const path = `${folder}/new/deep/record.json`;
    await nodeFiles.writeNew(path, bytes('one'));
    await expect(nodeFiles.writeNew(path, bytes('two'))).rejects.toMatchObject({ code: 'EEXIST' });
    expect(readFileSync(path, 'utf8')).toBe('one');
    expect(readdirSync(`${folder}/new/deep`)).toEqual(['record.json']);
    await nodeFiles.replace(path, bytes('three'));
    expect(readFileSync(path, 'utf8')).toBe('three');
  });

  it('names the file that cannot be read', async () => {
    await expect(nodeFiles.read(`${folder}/dir`, 100_000)).rejects.toMatchObject({
      code: 'EISDIR',
      path: `${folder}/dir`,
    });
  });

  it('reads large files, and those of which the system says no size', async () => {
    const large = Buffer.alloc(700_000, 'abc');
    writeFileSync(`${folder}/large`, large);
    expect(Buffer.compare((await nodeFiles.read(`${folder}/large`, 700_000)) ?? bytes(''), large)).toBe(0);
    expect(new TextDecoder().decode(await nodeFiles.read('/proc/self/status', 100_000))).toMatch(/^Name:.*\nVmLck/s);
    await expect(nodeFiles.read('/proc/self/status', 100)).rejects.toMatchObject({ code: 'FILE_TOO_LARGE' });
  });

  it('does not wait at a pipe that nobody writes to', async () => {
    execFileSync('mkfifo', [`${folder}/fifo`]);
    expect(await nodeFiles.read(`${folder}/fifo`, 10)).toEqual(bytes(''));
  });

  it('makes a temporary folder for its owner alone, also below a folder that is not there yet', async () => {
    const made = (await nodeFiles.makeTempFolder(`${folder}/not/yet`)) ?? '';
    expect(made).toMatch(/\/not\/yet\/vercel-oidc-deploy-\w+$/);
    expect(statSync(made).mode & 0o777).toBe(0o700);
    expect(await nodeFiles.makeTempFolder(`${folder}/file`)).toBeUndefined();
  });

  it('writes a new file piece by piece, for its owner alone', async () => {
    const path = `${folder}/pieces`;
    const sink = await nodeFiles.create(path);
    for (const piece of ['one ', 'two']) await sink.write(bytes(piece));
    await sink.close();
    expect(readFileSync(path, 'utf8')).toBe('one two');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    await expect(nodeFiles.create(path)).rejects.toMatchObject({ code: 'EEXIST' });
  });

  it('removes a folder with all in it, and nothing where nothing is', async () => {
    mkdirSync(`${folder}/gone/deep`, { recursive: true });
    writeFileSync(`${folder}/gone/deep/file`, 'x');
    await nodeFiles.remove(`${folder}/gone`);
    await nodeFiles.remove(`${folder}/gone`);
    expect(await nodeFiles.lstat(`${folder}/gone`)).toBeUndefined();
  });

  it('compresses by stream, to the same bytes each time', async () => {
    const packed = await Promise.all([1, 2].map(async () => collect(nodeFiles.gzip(chunks(40, 'some text '), 1))));
    expect(gunzipSync(packed[0] ?? bytes('')).toString()).toBe('some text '.repeat(40));
    expect(packed[0]).toEqual(packed[1]);
    const smaller = await collect(nodeFiles.gzip(chunks(40, 'some text '), 9));
    expect(gunzipSync(smaller).toString()).toBe('some text '.repeat(40));
  });

  it('passes on the error of what it compresses, and ends it where nobody reads on', async () => {
    const reason = new Error('the source broke');
    await expect(collect(nodeFiles.gzip(chunks(3, 'x', reason), 1))).rejects.toBe(reason);

    let ended = false;
    const endless = async function* (): AsyncGenerator<Uint8Array> {
      try {
        for (;;) {
          await Promise.resolve();
          yield crypto.getRandomValues(new Uint8Array(60_000));
        }
      } finally {
        ended = true;
      }
    };
    for await (const chunk of nodeFiles.gzip(endless(), 1)) if (chunk.byteLength > 0) break;
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(ended).toBe(true);
  });
});

async function* chunks(count: number, text: string, failure?: Error): AsyncGenerator<Uint8Array> {
  for (let made = 0; made < count; made += 1) {
    await Promise.resolve();
    yield bytes(text);
  }
  if (failure) throw failure;
}

async function collect(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(source));
}
