import { isPlainName, showPath } from './findings.ts';
import type { Reader } from './reader.ts';
import type { PlannedEntry } from './tree.ts';

/** Enough to keep the system busy; what waits in line takes memory. */
export const LOOKED_AT_ONCE = 64;
const ALL_MAY_READ = 0o444;

/** An entry, or why there is none. */
export type Looked = PlannedEntry | { readonly kind: 'fault'; readonly fault: string } | { readonly kind: 'missing' };

/** Of a path, where it stands: the same, unless it leads there through a link to a folder. */
export type Locate = (path: string) => string;
export const IN_PLACE: Locate = (path) => path;

/** In the order of the paths. */
export async function lookAtAll(
  files: Reader,
  root: string,
  paths: readonly string[],
  locate: Locate = IN_PLACE,
): Promise<Looked[]> {
  const looked: Looked[] = [];
  for (let start = 0; start < paths.length; start += LOOKED_AT_ONCE) {
    const batch = paths.slice(start, start + LOOKED_AT_ONCE);
    looked.push(...(await Promise.all(batch.map((path) => lookAt(files, root, path, locate(path))))));
  }
  return looked;
}

/** What stands at a path, judged by itself. Its folder must be known to lie in the root. */
export async function lookAt(files: Reader, root: string, path: string, at: string): Promise<Looked> {
  if (!isPlainName(path)) {
    const why = 'a name with a backslash, a control character or bytes that are not UTF-8. Rename it.';
    return { kind: 'fault', fault: `${showPath(path)}: ${why}` };
  }
  try {
    return await lookAtPlain(files, `${root}/${at}`, { path, ...(at === path ? {} : { at }) });
  } catch (error) {
    return { kind: 'fault', fault: tellForbidden(error, path) };
  }
}

async function lookAtPlain(files: Reader, full: string, named: Pick<PlannedEntry, 'path' | 'at'>): Promise<Looked> {
  const { path } = named;
  const stat = await files.lstat(full);
  switch (stat?.kind) {
    case 'file':
      // Whoever owns it may read it; so may root, as which most steps run.
      if ((stat.mode & ALL_MAY_READ) !== ALL_MAY_READ) await files.readRange(full, 0, 0);
      return { ...named, kind: 'file', size: stat.size, mode: stat.mode };
    case 'directory':
      return { ...named, kind: 'directory', size: stat.size, mode: stat.mode };
    case 'symlink': {
      const linkTarget = await files.readLink(full);
      return { ...named, kind: 'symlink', size: Buffer.byteLength(linkTarget), mode: stat.mode, linkTarget };
    }
    case 'other':
      return { kind: 'fault', fault: `${path}: neither a file, a folder nor a link. Remove it.` };
    case undefined:
      return { kind: 'missing' };
  }
}

/** @throws anything but that this step may not. */
export function tellForbidden(error: unknown, path: string): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code !== 'EACCES' && code !== 'EPERM') throw error;
  return `${showPath(path)}: this step may not read it (${code}). Let the step that makes it give it the mode 644, a folder 755.`;
}
