import { PipeError } from '../errors.ts';
import type { Files } from '../platform/types.ts';
import { parseDefaults } from './defaults.ts';
import type { Layer } from './types.ts';

const MAX_BYTES = 256 * 1024;
const NAMES = ['policy.yml', 'issuer-keys.json', 'defaults.yml'];
/** What somebody who meant one of ours would have written. Other files are the policy's to name (`keys:`). */
const NEARLY = /^(?:(?:deploy-)?policy|defaults|issuer-keys)\.(?:ya?ml|json|jws)$/i;

/**
 * Reads the organisation's folder; it may be missing, and so may each file in it. One that is there under a name that
 * nobody reads is an error: rules that silently do not hold are worse than none.
 * @throws {PipeError} `VARIABLES_INVALID` with every fault of `defaults.yml`, or for such a name; `FILE_TOO_LARGE`.
 */
export async function readLayer(files: Files, folder: string): Promise<Layer> {
  const there = (await files.lstat(folder)) ? await files.list(folder) : [];
  const misnamed = there.filter((name) => NEARLY.test(name) && !NAMES.includes(name));
  if (misnamed.length > 0) throw refuse(folder, misnamed.join(', '), `the names ${NAMES.join(', ')}`);
  const read = async (name: string): Promise<Uint8Array | undefined> => {
    if (!there.includes(name)) return undefined;
    const bytes = await files.read(`${folder}/${name}`, MAX_BYTES);
    if (!bytes) throw refuse(folder, `${name}, a link to nothing`, 'the file, or none');
    return bytes;
  };
  const [policy, issuerKeys, defaults] = await Promise.all([
    read('policy.yml'),
    read('issuer-keys.json'),
    read('defaults.yml'),
  ]);
  return { policy, issuerKeys, defaults: defaults ? parseDefaults(defaults, `${folder}/defaults.yml`) : {} };
}

function refuse(folder: string, got: string, wanted: string): PipeError {
  return new PipeError({
    code: 'VARIABLES_INVALID',
    message: `The organisation's folder (${folder}) has a file that would not be read. Nothing was sent.`,
    got,
    wanted,
    fix: 'This folder is part of the image. Whoever builds it renames the file, or takes it out.',
  });
}
