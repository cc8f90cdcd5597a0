import { randomBytes } from 'node:crypto';
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { nodeFiles } from '../../src/platform/files.ts';
import type { FileSink } from '../../src/platform/types.ts';
import { archiveBench, LARGE } from './support/archive-bench.ts';
import { filesWith } from './support/output-tree.ts';

describe('buildArchive', () => {
  it('is for its owner alone, and leaves nothing when it is removed', async () => {
    const { build, tempDir } = await archiveBench();
    const { parts, remove } = await build();
    expect(parts.map(({ source }) => statSync(source).mode & 0o777)).toEqual([0o600]);
    await remove();
    await remove();
    expect(readdirSync(tempDir)).toEqual([]);
  });

  it('says what it cannot remove', async () => {
    const { build, log } = await archiveBench();
    const failure = Object.assign(new Error('busy'), { code: 'EBUSY' });
    const { remove } = await build({ files: filesWith({ remove: () => Promise.reject(failure) }) });
    await remove();
    expect(log.text()).toMatch(
      /warn The temporary archive could not be removed from \S+: EBUSY\. Remove it by hand\.$/,
    );
  });

  it.each([
    { name: 'a small file', path: 'out/index.html', text: '<h1>HELLO</h1>' },
    { name: 'a large file', path: 'out/large.bin', text: LARGE.toString().replace('f', 'F') },
    { name: 'a large file that grew', path: 'out/large.bin', text: `${LARGE.toString()}!` },
  ])('notices $name that changed since it was hashed, and leaves nothing', async ({ path, text }) => {
    const { root, build, tempDir } = await archiveBench();
    writeFileSync(`${root}/${path}`, text);
    await expect(build()).rejects.toMatchObject({
      code: 'OUTPUT_CHANGED',
      message: 'A file changed while it was deployed.',
      got: `other bytes at ${root}/${path} than were hashed for the manifest`,
    });
    expect(readdirSync(tempDir)).toEqual([]);
  });

  it("stops with the signal's own reason, also in the midst of a large file, and leaves nothing", async () => {
    const { build, tempDir } = await archiveBench();
    const stop = new AbortController();
    const reason = new Error('stopped by the user');
    const files = filesWith({
      stream: async function* (path) {
        for await (const chunk of nodeFiles.stream(path)) {
          stop.abort(reason);
          yield chunk;
        }
      },
    });
    await expect(build({ files, signal: stop.signal })).rejects.toBe(reason);
    expect(readdirSync(tempDir)).toEqual([]);
    await expect(build({ signal: stop.signal })).rejects.toBe(reason);
    expect(readdirSync(tempDir)).toEqual([]);
  });

  it('takes the first folder that can be written', async () => {
    const { build, tempDir } = await archiveBench();
    writeFileSync(`${tempDir}/file`, '');
    const { parts } = await build({ tempDirs: [`${tempDir}/file`, `${tempDir}/second`, `${tempDir}/third`] });
    expect(parts[0]?.source.startsWith(`${tempDir}/second/`)).toBe(true);
    await expect(build({ tempDirs: [`${tempDir}/file`] })).rejects.toMatchObject({
      ...{ code: 'ARCHIVE_NOT_MADE', exitStatus: 3 },
      message: 'There is no folder for the archive. Nothing of it was sent.',
      got: `no folder that can be written among ${tempDir}/file`,
    });
  });

  it('goes on in the next folder where one is full, and says so where all are', async () => {
    const { build, tempDir } = await archiveBench();
    const [small, roomy] = [`${tempDir}/small`, `${tempDir}/roomy`];
    const files = filesWith({
      create: async (path) =>
        path.startsWith(small) ? fullDisk(await nodeFiles.create(path)) : nodeFiles.create(path),
    });
    const { parts } = await build({ files, tempDirs: [small, roomy] });
    expect(parts[0]?.source.startsWith(`${roomy}/`)).toBe(true);
    expect(readdirSync(small)).toEqual([]);
    await expect(build({ files, tempDirs: [small] })).rejects.toMatchObject({
      ...{ code: 'ARCHIVE_NOT_MADE', exitStatus: 3 },
      message: 'The archive does not fit on the disk. Nothing of it was sent.',
      got: `ENOSPC in ${small}`,
      fix: expect.stringContaining('UPLOAD: files'),
    });
    expect(readdirSync(small)).toEqual([]);
  });

  it('ends in the midst of a large file when the disk is full', async () => {
    const noise = randomBytes(4 * 1024 * 1024);
    const { build, tempDir } = await archiveBench({ 'out/noise': noise });
    const files = filesWith({ create: async (path) => fullDisk(await nodeFiles.create(path)) });
    await expect(build({ files })).rejects.toMatchObject({ got: `ENOSPC in ${tempDir}` });
    expect(readdirSync(tempDir)).toEqual([]);
  });
});

function fullDisk(sink: FileSink): FileSink {
  const failure = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
  return { ...sink, write: () => Promise.reject(failure) };
}
