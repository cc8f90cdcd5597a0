import type { Files } from '../platform/types.ts';
import { parseDefaults } from './defaults.ts';
import type { Layer } from './types.ts';

const MAX_BYTES = 256 * 1024;

/**
 * Reads the organisation's folder; it may be missing, and so may each file in it.
 * @throws {PipeError} `VARIABLES_INVALID` with every fault of `defaults.yml`; `FILE_TOO_LARGE`.
 */
export async function readLayer(files: Files, folder: string): Promise<Layer> {
  const read = (name: string): Promise<Uint8Array | undefined> => files.read(`${folder}/${name}`, MAX_BYTES);
  const [policy, issuerKeys, defaults] = await Promise.all([
    read('policy.yml'),
    read('issuer-keys.json'),
    read('defaults.yml'),
  ]);
  return { policy, issuerKeys, defaults: defaults ? parseDefaults(defaults, `${folder}/defaults.yml`) : {} };
}
