import { PipeError } from '../errors.ts';
import type { Files } from '../platform/types.ts';

/**
 * The container is root beside other people's files: no link that a clone or an artifact holds may lead its writing
 * elsewhere.
 * @param path absolute
 * @throws {PipeError} `USAGE` where the folder is there and is none.
 */
export async function requirePlainFolder(files: Files, path: string): Promise<void> {
  const stat = await files.lstat(path);
  if (!stat || stat.kind === 'directory') return;
  throw new PipeError({
    code: 'USAGE',
    message: 'The folder that is to be written into is none.',
    got: `${path} is a ${stat.kind}`,
    wanted: 'a plain folder, or nothing there',
    fix: 'Remove it, or name another with --out.',
  });
}
