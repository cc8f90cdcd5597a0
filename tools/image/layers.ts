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
export async function measureLayers(image: string): Promise<readonly Layer[]> {
  const folder = await mkdtemp(join(tmpdir(), 'image-layers-'));
  try {
    await run('podman', ['save', '--quiet', '--format', 'oci-dir', '--output', folder, image]);
    const blobs = `${folder}/blobs/sha256`;
    const read = async (digest: string): Promise<unknown> =>
      JSON.parse(await readFile(`${blobs}/${digest.replace('sha256:', '')}`, 'utf8'));
    const index = JSON.parse(await readFile(`${folder}/index.json`, 'utf8')) as { manifests: [{ digest: string }] };
    const manifest = (await read(index.manifests[0].digest)) as { layers: { digest: string; size: number }[] };
    return await Promise.all(
      manifest.layers.map(async ({ digest, size }) => ({
        compressed: size,
        uncompressed: await measureUnpacked(`${blobs}/${digest.replace('sha256:', '')}`),
      })),
    );
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
