import type { GitReaders } from './git-commit.ts';
import { applyDelta } from './git-delta.ts';
import { readPackEntry, type EntryLimits } from './git-pack-entry.ts';
import { findOffset, type ReadPart } from './git-pack-index.ts';
import { resolveInRoot } from './paths.ts';
import type { Reader } from './reader.ts';

/** A clone has one, and git gathers them when there are 50. */
const MAX_PACKS = 64;
/** As deep as git makes them. A base that goes round in a circle ends here too. */
const MAX_DELTAS = 50;
const INDEX = '.idx';

export interface PackedCommitQuery {
  /** 40 hex digits. */
  readonly commit: string;
  readonly readers: GitReaders;
  /** Also of what the commit is made from. */
  readonly maxBytes: number;
}

interface Pack {
  readonly index: ReadPart;
  readonly entries: ReadPart;
}

/**
 * A commit's text out of the packs, where a clone has all its objects. Other repositories (`objects/info/alternates`)
 * are not looked at: they are outside of the clone. The text is not yet compared with the commit's name.
 * @param path the repository's common folder, relative to the root
 */
export async function readPackedCommit(
  files: Reader,
  root: string,
  path: string,
  wanted: PackedCommitQuery,
): Promise<Uint8Array | undefined> {
  const folder = await resolveInRoot(files, root, `${path}/objects/pack`);
  if (folder.kind !== 'directory') return undefined;
  const indexes = (await files.list(`${root}/${folder.path}`)).filter((name) => name.endsWith(INDEX));
  const open = async (file: string): Promise<ReadPart | undefined> => {
    const found = await resolveInRoot(files, root, `${folder.path}/${file}`);
    if (found.kind !== 'file') return undefined;
    return (offset, length) => wanted.readers.readRange(`${root}/${found.path}`, offset, length);
  };
  for (const name of indexes.slice(0, MAX_PACKS)) {
    const index = await open(name);
    const offset = index && (await findOffset(index, wanted.commit));
    if (!index || offset === undefined) continue;
    const entries = await open(`${name.slice(0, -INDEX.length)}.pack`);
    return entries && readText({ index, entries }, offset, wanted);
  }
  return undefined;
}

/** Goes from delta to delta down to a whole text, and then makes the others from it in turn. */
async function readText({ index, entries }: Pack, start: number, limits: EntryLimits): Promise<Uint8Array | undefined> {
  const deltas: Uint8Array[] = [];
  let offset: number | undefined = start;
  while (offset !== undefined && deltas.length <= MAX_DELTAS) {
    const entry = await readPackEntry(entries, offset, limits);
    if (entry?.kind !== 'delta') {
      return deltas.reduceRight<Uint8Array | undefined>(
        (base, delta) => base && applyDelta(base, delta, limits.maxBytes),
        entry?.bytes,
      );
    }
    deltas.push(entry.bytes);
    // A pack on a disk has the bases of all its deltas.
    offset = typeof entry.base === 'number' ? entry.base : await findOffset(index, entry.base);
  }
  return undefined;
}
