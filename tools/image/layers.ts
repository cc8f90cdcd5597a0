import { execFile } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { createGunzip } from 'node:zlib';

const run = promisify(execFile);

/** Bytes. The largest pipe of Atlassian's that somebody measured has 68.5 MB. */
export const MAX_COMPRESSED = 60_000_000;
/** Bytes of what is not Node. */
export const MAX_OWN_COMPRESSED = 1_500_000;

export interface Layer {
  /** Bytes, as a registry keeps and sends it. */
  readonly compressed: number;
  /** Bytes on the machine that has pulled it. */
  readonly uncompressed: number;
}

/** The layers of an image as it would be pushed, the lowest first. */
export function measureLayers(image: string): Promise<readonly Layer[]> {
  return withLayers(image, (layers) =>
    Promise.all(
      layers.map(async ({ path, size }) => ({ compressed: size, uncompressed: await measureUnpacked(path) })),
    ),
  );
}

/** Puts all that is in an image into a folder, with owners, modes and times, as whoever pulls it does. Needs root. */
export async function unpackImage(image: string, folder: string): Promise<void> {
  await withLayers(image, async (layers) => {
    for (const { path } of layers) await run('tar', ['-xzpf', path, '--same-owner', '--numeric-owner', '-C', folder]);
  });
}

interface Blob {
  /** Of a gzipped tar. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
}

async function withLayers<T>(image: string, use: (layers: readonly Blob[]) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'image-layers-'));
  try {
    await run('podman', ['save', '--quiet', '--format', 'oci-dir', '--output', folder, image]);
    const pathOf = (digest: string): string => `${folder}/blobs/sha256/${digest.replace('sha256:', '')}`;
    const read = async (path: string): Promise<unknown> => JSON.parse(await readFile(path, 'utf8'));
    const index = (await read(`${folder}/index.json`)) as { manifests: [{ digest: string }] };
    const manifest = (await read(pathOf(index.manifests[0].digest))) as { layers: { digest: string; size: number }[] };
    return await use(manifest.layers.map(({ digest, size }) => ({ path: pathOf(digest), size })));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function measureUnpacked(path: string): Promise<number> {
  let size = 0;
  const count = new Writable({
    write(chunk: Buffer, _, done) {
      size += chunk.byteLength;
      done();
    },
  });
  await pipeline(createReadStream(path), createGunzip(), count);
  return size;
}
