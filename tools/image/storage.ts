import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Storage {
  remove(): Promise<void>;
}

/** From now on, podman and buildah keep images in a folder of their own, and leave those of the machine alone. */
export async function openStorage(driver: 'overlay' | 'vfs'): Promise<Storage> {
  const folder = await mkdtemp(join(tmpdir(), 'images-'));
  const settings = `[storage]\ndriver = "${driver}"\ngraphroot = "${folder}/graph"\nrunroot = "${folder}/run"\n`;
  await writeFile(`${folder}/storage.conf`, settings);
  process.env['CONTAINERS_STORAGE_CONF'] = `${folder}/storage.conf`;
  return {
    async remove() {
      delete process.env['CONTAINERS_STORAGE_CONF'];
      await rm(folder, { recursive: true, force: true });
    },
  };
}
