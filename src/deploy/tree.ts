import type { Findings } from './findings.ts';
import { checkLinks } from './links.ts';
import { IN_PLACE, lookAt, lookAtAll, LOOKED_AT_ONCE, tellForbidden, type Locate, type Looked } from './look.ts';
import type { Reader } from './reader.ts';

/** Far beyond what any build makes on purpose: a tree as large as this is not worth walking to its end. */
export const MAX_NAMES = 100_000;

/** One name that will be sent, before its content is known. */
export interface PlannedEntry {
  /** Relative to the root, with `/`. */
  readonly path: string;
  readonly kind: 'file' | 'symlink' | 'directory';
  /** Bytes; of a symlink those of its text. */
  readonly size: number;
  /** `st_mode`, type bits included. */
  readonly mode: number;
  /** Of a symlink: its text, which is its content for Vercel. */
  readonly linkTarget?: string;
  /** Where it stands, relative to the root, if its path leads there through a link to a folder. Default: at its path. */
  readonly at?: string;
}

interface Folder {
  readonly path: string;
  /** Undefined for the one that was asked for, which is no entry of its own. */
  readonly entry?: PlannedEntry;
}

/**
 * Everything below a folder: files, links (as links, never followed), and folders that are empty, because those are
 * names of their own for Vercel. Breaks off past {@link MAX_NAMES}.
 * @param at where the folder stands, if it is named through a link
 */
export async function walk(
  files: Reader,
  root: string,
  folder: string,
  findings: Findings,
  at = folder,
): Promise<PlannedEntry[]> {
  const locate: Locate = at === folder ? IN_PLACE : (path) => `${at}${path.slice(folder.length)}`;
  const tree: Tree = { files, root, locate, findings };
  const found: PlannedEntry[] = [];
  const pending: Folder[] = [{ path: folder }];
  while (pending.length > 0 && found.length <= MAX_NAMES) {
    const paths = await listFolders(tree, pending.splice(-LOOKED_AT_ONCE), found);
    for (const [index, looked] of (await lookAtAll(files, root, paths, locate)).entries()) {
      if (looked.kind === 'directory') pending.push({ path: looked.path, entry: looked });
      else found.push(...keepEntry(looked, paths[index] ?? '', findings));
    }
  }
  await checkLinks(files, root, found, findings);
  return found;
}

interface Tree {
  readonly files: Reader;
  readonly root: string;
  readonly locate: Locate;
  readonly findings: Findings;
}

/** The paths of all that is in some folders; a folder with nothing in it is `found` itself. */
async function listFolders(tree: Tree, folders: readonly Folder[], found: PlannedEntry[]): Promise<string[]> {
  const listed = await Promise.all(folders.map(({ path }) => listFolder(tree, path)));
  return folders.flatMap(({ path, entry }, index) => {
    const names = listed[index];
    if (names?.length === 0 && entry) found.push(entry);
    return (names ?? []).map((name) => `${path}/${name}`);
  });
}

/** Undefined where this step may not. */
async function listFolder(
  { files, root, locate, findings }: Tree,
  path: string,
): Promise<readonly string[] | undefined> {
  try {
    return await files.list(`${root}/${locate(path)}`);
  } catch (error) {
    findings.faults.push(tellForbidden(error, path));
    return undefined;
  }
}

/**
 * One name as it will be sent; none where it cannot be.
 * @param at where it stands; its folder must be known to lie in the root
 */
export async function planPath(
  files: Reader,
  root: string,
  path: string,
  findings: Findings,
  at = path,
): Promise<PlannedEntry[]> {
  const found = keepEntry(await lookAt(files, root, path, at), path, findings);
  await checkLinks(files, root, found, findings);
  return found;
}

function keepEntry(looked: Looked, path: string, { faults }: Findings): PlannedEntry[] {
  switch (looked.kind) {
    case 'file':
    case 'directory':
    case 'symlink':
      return [looked];
    case 'fault':
      faults.push(looked.fault);
      return [];
    case 'missing':
      faults.push(
        `${path}: vanished while it was looked at. Let the pipe be the only line of its step, then run it again.`,
      );
      return [];
  }
}
