import { PipeError } from '../errors.ts';
import type { Files } from '../platform/types.ts';

/**
 * The container is root beside other people's files: no link that a clone or an artifact holds may lead its writing
 * elsewhere. What stands above the working folder is whoever's who chose that.
 * @param path absolute
 * @throws {PipeError} `USAGE` where the folder is there and is none, or a link leads to it.
 */
export async function requirePlainFolder(files: Files, workingDir: string, path: string): Promise<void> {
  for (const folder of listBelow(workingDir, path)) {
    const stat = await files.lstat(folder);
    if (!stat) return;
    if (stat.kind !== 'directory') throw notPlain(folder, stat.kind);
  }
}

/** The folders on the way, the working folder left out; of a path elsewhere itself alone. */
function listBelow(workingDir: string, path: string): readonly string[] {
  if (!path.startsWith(`${workingDir}/`)) return [path];
  const parts = path.slice(workingDir.length + 1).split('/');
  return parts.map((_, index) => `${workingDir}/${parts.slice(0, index + 1).join('/')}`);
}

function notPlain(path: string, kind: string): PipeError {
  return new PipeError({
    code: 'USAGE',
    message: 'The folder that is to be written into is none.',
    got: `${path} is a ${kind}`,
    wanted: 'a plain folder, or nothing there',
    fix: 'Remove it, or name another with --out.',
  });
}
