import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Storage {
  remove(): Promise<void>;
}

/** From now on, podman and buildah keep images in a folder of their own, and leave those of the machine alone. */
export async function openStorage(): Promise<Storage> {
  // What the machine can do: overlay, or vfs where a container has no overlay of its own.
  const driver = execFileSync('podman', ['info', '--format', '{{.Store.GraphDriverName}}'], {
    encoding: 'utf8',
  }).trim();
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
