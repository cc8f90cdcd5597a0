import { describe, expect, it } from '@jest/globals';
import { addUp, uploadMissing } from '../../src/deploy/upload.ts';
import type { VercelApi } from '../../src/deploy/vercel-api.ts';
import { NEVER, refused } from './support/fake-api.ts';
import { manyFiles, OK, sha1sOf, textOf, uploadBench } from './support/upload-bench.ts';

describe('uploadMissing', () => {
  it('sends each missing content once, also where Vercel or the tree names it twice', async () => {
    const tree = { 'out/a': 'same', 'out/b': 'same', 'out/c': 'other', 'out/link': { link: 'c' }, 'out/d': 'known' };
    const { deps, manifest, asked } = await uploadBench({ tree });
    const missing = sha1sOf(manifest).filter((_, index) => manifest.entries[index]?.path !== 'out/d');
    const uploaded = await uploadMissing(deps, manifest, [...missing, ...missing], NEVER);
    expect(asked.map(({ text }) => text).sort()).toEqual(['c', 'other', 'same']);
    expect(uploaded).toEqual({ files: 3, bytes: 10 });
  });

  it('sends nothing where nothing is missing', async () => {
    const { deps, manifest, asked } = await uploadBench({ tree: manyFiles(2) });
    expect(await uploadMissing(deps, manifest, [], NEVER)).toEqual({ files: 0, bytes: 0 });
    expect(asked).toEqual([]);
  });

  it('refuses to look for what was never named', async () => {
    const { deps, manifest, asked } = await uploadBench({ tree: manyFiles(2) });
    await expect(uploadMissing(deps, manifest, ['f'.repeat(40)], NEVER)).rejects.toMatchObject({
      code: 'SERVICE_FAILED',
      message: 'Vercel asks for a file that is not in this deployment.',
      got: `SHA-1 "${'f'.repeat(40)}"`,
    });
    expect(asked).toEqual([]);
  });

  it('begins with the large files, so that none is left alone at the end', async () => {
    const tree = { 'out/a': 'small', 'out/b': 'x'.repeat(1024 * 1024 + 1), 'out/c': 'little' };
    const { upload, asked } = await uploadBench({ tree });
    await upload();
    const started = asked.sort((one, other) => one.number - other.number);
    expect(started.map(({ text }) => text.length)).toEqual([1024 * 1024 + 1, 5, 6]);
  });

  it('says what is sent', async () => {
    const { upload, log } = await uploadBench({ tree: manyFiles(1200) });
    await upload({ noun: 'parts' });
    expect(log.lines.map(({ message }) => message)).toEqual(['Uploading 1,200 parts that Vercel lacks, 10.5 KiB']);
  });

  it('takes time in proportion to the files: files / connections x latency', async () => {
    const times = await Promise.all(
      [500, 2000].map(async (count) => {
        const { upload, clock } = await uploadBench({ tree: manyFiles(count) });
        await upload();
        return clock.elapsed();
      }),
    );
    const [some = 0, many = 0] = times;
    // 64 at once at first, 192 soon: 30 ms for each round.
    expect(some).toBeGreaterThanOrEqual((500 / 192) * 30);
    expect(some).toBeLessThan((500 / 64) * 30);
    expect(many).toBeGreaterThanOrEqual((2000 / 192) * 30);
    expect(many).toBeLessThan((2000 / 110) * 30);
  });

  it("stops with the signal's own reason, and asks for nothing more", async () => {
    const stop = new AbortController();
    const reason = new Error('stopped by the user');
    const { upload, asked, inFlight } = await uploadBench({
      tree: manyFiles(300),
      answer: ({ number }) => {
        if (number === 50) stop.abort(reason);
        return { status: 200, headers: {}, text: '{}', body: {} };
      },
    });
    await expect(upload({}, stop.signal)).rejects.toBe(reason);
    expect(asked.length).toBeLessThan(70);
    expect(inFlight.length).toBeLessThanOrEqual(192);
  });

  it('leaves the bytes alone that a connection may still be reading', async () => {
    const { deps, manifest, clock } = await uploadBench({ tree: manyFiles(100) });
    const refusedBodies: { readonly bytes: Uint8Array; readonly text: string }[] = [];
    const upload: VercelApi['upload'] = async ({ body }, signal) => {
      const bytes = body as Uint8Array;
      const text = await textOf(bytes);
      await clock.sleep(10, signal);
      if (refusedBodies.length >= 20) return OK;
      refusedBodies.push({ bytes, text });
      return refused(500, 'internal');
    };
    await uploadMissing({ ...deps, api: { upload } as VercelApi }, manifest, sha1sOf(manifest), NEVER);
    const now = await Promise.all(refusedBodies.map(({ bytes }) => textOf(bytes)));
    expect(now).toEqual(refusedBodies.map(({ text }) => text));
    expect(now.length).toBe(20);
  });

  it('adds up what two rounds sent', () => {
    expect(addUp({ files: 1, bytes: 2 }, { files: 10, bytes: 20 })).toEqual({ files: 11, bytes: 22 });
  });
});
