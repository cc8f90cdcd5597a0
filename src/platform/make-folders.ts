import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Makes a folder and those above it that are missing. Each is asked for twice at most: Node's own recursive `mkdir` never
 * ends where the folder above is there and yet nothing can be made in it, as in /proc.
 * @throws the system's error, of the first that cannot be made.
 */
export async function makeFolders(path: string): Promise<void> {
  const missing: string[] = [];
  for (let folder = path; ; folder = dirname(folder)) {
    const fault = await makeFolder(folder);
    if (!fault) break;
    if (fault.code !== 'ENOENT' || dirname(folder) === folder) throw fault;
    missing.push(folder);
  }
  for (const folder of missing.toReversed()) {
    const fault = await makeFolder(folder);
    if (fault) throw fault;
  }
}

async function makeFolder(path: string): Promise<NodeJS.ErrnoException | undefined> {
  try {
    await mkdir(path);
    return undefined;
  } catch (error) {
    const fault = error as NodeJS.ErrnoException;
    // Made by another run meanwhile; or it is no folder, which whoever writes below it will hear.
    return fault.code === 'EEXIST' ? undefined : fault;
  }
}
