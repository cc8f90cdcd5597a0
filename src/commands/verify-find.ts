import { PipeError } from '../errors.ts';
import type { Files, FileStat } from '../platform/types.ts';
import { codeOf } from './given-files.ts';
import { isMatch, parseGlob, startGlob, stepGlob, type Glob, type Reached } from './verify-glob.ts';

const RECORD_ENDING = '.sigstore.json';
/** A turn for each takes as long as to read it. */
const AT_ONCE = 64;

/** A record's file, or why what was looked for there cannot be checked. */
export interface Found {
  /** Absolute. */
  readonly path: string;
  readonly fault?: string;
}

/**
 * Before any record is read: a name with a typo must not look like a folder without faults.
 * @throws {PipeError} `USAGE` with every path at which nothing is.
 */
export async function requirePaths(files: Files, paths: readonly string[]): Promise<void> {
  const faults: string[] = [];
  for (const path of paths) {
    try {
      const name = (await files.lstat(path)) ? path : (parseGlob(path)?.base ?? path);
      if (!(await files.lstat(name))) faults.push(`nothing at ${name}`);
    } catch (error) {
      faults.push(`${codeOf(error)} for ${path}`);
    }
  }
  if (faults.length === 0) return;
  throw new PipeError({ code: 'USAGE', message: 'A file is missing.', faults, wanted: 'files that may be read' });
}

/**
 * The records that files, folders (all `*.sigstore.json` below them) and patterns name, one at a time, sorted bytewise
 * in each folder. Links in folders are not followed. What is named and has no record in it is told, never passed over.
 */
export async function* findRecords(files: Files, paths: readonly string[]): AsyncGenerator<Found> {
  for (const path of paths) {
    let count = 0;
    for await (const some of findIn(files, path)) {
      count += some.length;
      yield* some;
    }
    if (count === 0) yield { path, fault: `no *${RECORD_ENDING} is there` };
  }
}

/** The same of one folder or pattern, some at a time, where nothing is told of none. */
export function findBelow(files: Files, path: string): AsyncGenerator<readonly Found[]> {
  return findIn(files, path);
}

async function* findIn(files: Files, path: string): AsyncGenerator<readonly Found[]> {
  const stat = await files.lstat(path);
  // A name that has a star in it and is there is meant as it is written.
  const glob = stat ? undefined : parseGlob(path);
  if (glob) yield* walk(files, glob.base, { glob, reached: startGlob(glob) });
  // The link that the user named is followed; none that is found below.
  else if (stat?.kind === 'directory' || (await isFolder(files, path))) yield* walk(files, path, undefined);
  else yield [stat ? { path } : { path, fault: 'nothing is there; check the path' }];
}

async function isFolder(files: Files, path: string): Promise<boolean> {
  return (await files.lstat(`${path}/.`))?.kind === 'directory';
}

/** What of a pattern is left to be matched in a folder; undefined where all that is in it counts. */
type Wanted = { readonly glob: Glob; readonly reached: Reached } | undefined;

/** Folder by folder, in the order of their names; what the system refuses is told, and the rest goes on. */
async function* walk(files: Files, folder: string, wanted: Wanted): AsyncGenerator<readonly Found[]> {
  let some: Found[] = [];
  try {
    for (const { name, kind: listed } of await files.listKinds(folder)) {
      const inside = narrow(wanted, name);
      if (inside === 'nothing') continue;
      const path = folder === '/' ? `/${name}` : `${folder}/${name}`;
      const kind = listed ?? (await files.lstat(path))?.kind;
      if (kind !== 'directory') {
        if (inside === undefined && name.endsWith(RECORD_ENDING)) some.push(toFound(path, kind));
        if (some.length < AT_ONCE) continue;
      }
      if (some.length > 0) yield some;
      some = [];
      if (kind === 'directory') yield* walk(files, path, inside);
    }
  } catch (error) {
    some.push({ path: folder, fault: `the folder cannot be read (${codeOf(error)})` });
  }
  if (some.length > 0) yield some;
}

function toFound(path: string, kind: FileStat['kind'] | undefined): Found {
  return kind === 'symlink' ? { path, fault: 'a link, which is not followed' } : { path };
}

function narrow(wanted: Wanted, name: string): Wanted | 'nothing' {
  if (!wanted) return undefined;
  const { glob } = wanted;
  const reached = stepGlob(glob, wanted.reached, name);
  if (reached.size === 0) return 'nothing';
  // A folder that matches brings all that is in it, as it would had the shell put it into the command line.
  return isMatch(glob, reached) ? undefined : { glob, reached };
}
