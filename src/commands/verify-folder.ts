import { resolveInRoot } from '../deploy/index.ts';
import { FileDigest, sha1Hex, sha256Hex } from '../digest.ts';
import { PipeError } from '../errors.ts';
import type { Files } from '../platform/types.ts';
import { codeOf } from './given-files.ts';
import { listExtras, OUTPUT } from './verify-extras.ts';
import type { ManifestItem } from './verify-manifest.ts';
import { showPath } from './verify-show.ts';

/** Enough to see what happened; thousands say no more. */
const MAX_TOLD = 50;
/** Up to here a file is read whole, which is quicker; above it is streamed. */
const WHOLE_FILE_BYTES = 1024 * 1024;
const OWNER_MAY_EXECUTE = 0o100;

export interface Comparison {
  /** Names of the manifest that are in the folder as it has them. */
  readonly same: number;
  readonly differences: number;
  /** The first of them, each as a line: what the manifest has, and what the folder. */
  readonly told: readonly string[];
  /** Where names were looked for that the manifest does not have. */
  readonly searched: string;
}

/**
 * Compares a folder with a manifest: kinds, sizes, both digests, the owner's execute bit; and names that are in only one
 * of them. Other permission bits change with every copy. No link is followed out of the folder, and none is read through.
 * @param recordFolder where the record stands: earlier records are no part of a source
 * @throws {PipeError} `USAGE` where the folder is none; or the signal's reason.
 */
export async function compareFolder(
  files: Files,
  folder: string,
  items: readonly ManifestItem[],
  recordFolder: string,
  signal: AbortSignal,
): Promise<Comparison> {
  if ((await files.lstat(`${folder}/.`))?.kind !== 'directory') throw noFolder(folder);
  const look: Look = { files, folder, buffer: new Uint8Array(WHOLE_FILE_BYTES + 1), parents: new Map() };
  const told: string[] = [];
  let differences = 0;
  const tell = (line: string): void => {
    differences += 1;
    if (told.length < MAX_TOLD) told.push(line);
  };
  for (const item of items) {
    signal.throwIfAborted();
    const difference = await compareItem(look, item);
    if (difference !== undefined) tell(`${showPath(item.path)}: ${difference}`);
  }
  const same = items.length - differences;
  const prebuilt = items.some(({ path }) => path.startsWith(`${OUTPUT}/`));
  const known = new Set(items.map(({ path }) => path));
  for await (const line of listExtras(files, folder, known, prebuilt ? undefined : recordFolder)) tell(line);
  return { same, differences, told, searched: prebuilt ? OUTPUT : 'what a deploy of this source would send' };
}

interface Look {
  readonly files: Files;
  readonly folder: string;
  /** One for all small files. */
  readonly buffer: Uint8Array;
  /** What is wrong with a folder, once for all files in it. */
  readonly parents: Map<string, string | undefined>;
}

/** Undefined where nothing differs. */
async function compareItem(look: Look, item: ManifestItem): Promise<string | undefined> {
  try {
    const lost = await checkParent(look, item.path);
    if (lost !== undefined) return lost;
    const stat = await look.files.lstat(`${look.folder}/${item.path}`);
    if (!stat) return 'missing';
    if (stat.kind !== item.kind) return `a ${nameKind(stat.kind)}, not a ${nameKind(item.kind)}`;
    switch (item.kind) {
      case 'directory':
        return undefined;
      case 'symlink':
        return compareContent(item, new TextEncoder().encode(await look.files.readLink(`${look.folder}/${item.path}`)));
      case 'file':
        if (stat.size !== item.size) return tellSize(stat.size, item.size);
        return (await compareFile(look, item)) ?? compareMode(stat.mode, item.mode);
    }
  } catch (error) {
    return `cannot be read (${codeOf(error)})`;
  }
}

/** A folder on the way may be a link inside, as a function's files have it; never one that leads out. */
async function checkParent({ files, folder, parents }: Look, path: string): Promise<string | undefined> {
  const parent = path.slice(0, Math.max(0, path.lastIndexOf('/')));
  if (parent === '') return undefined;
  if (parents.has(parent)) return parents.get(parent);
  const { kind } = await resolveInRoot(files, folder, parent);
  const wrong = kind === 'outside' || kind === 'loop' ? `its folder leads out through a link` : 'missing';
  const result = kind === 'directory' ? undefined : wrong;
  parents.set(parent, result);
  return result;
}

type WithContent = Exclude<ManifestItem, { readonly kind: 'directory' }>;

async function compareFile({ files, folder, buffer }: Look, item: WithContent): Promise<string | undefined> {
  const path = `${folder}/${item.path}`;
  if (item.size <= WHOLE_FILE_BYTES) {
    const bytes = await files.read(path, WHOLE_FILE_BYTES, buffer);
    return bytes ? compareContent(item, bytes) : 'missing';
  }
  const digest = new FileDigest();
  let size = 0;
  for await (const chunk of files.stream(path)) {
    digest.update(chunk);
    size += chunk.byteLength;
    // It grows while it is read, and may never end.
    if (size > item.size) return tellSize(size, item.size);
  }
  return size === item.size ? compareDigests(item, digest.finish()) : tellSize(size, item.size);
}

function compareContent(item: WithContent, bytes: Uint8Array): string | undefined {
  if (bytes.byteLength !== item.size) return tellSize(bytes.byteLength, item.size);
  return compareDigests(item, { sha1: sha1Hex(bytes), sha256: sha256Hex(bytes) });
}

/** Both: Vercel was given the file by its SHA-1, people compare the SHA-256. */
function compareDigests(item: WithContent, { sha1, sha256 }: { sha1: string; sha256: string }): string | undefined {
  if (sha256 !== item.sha256) return `SHA-256 ${sha256}, in the manifest ${item.sha256}`;
  return sha1 === item.sha1 ? undefined : `SHA-1 ${sha1}, in the manifest ${item.sha1}`;
}

function compareMode(got: number, wanted: number): string | undefined {
  if ((got & OWNER_MAY_EXECUTE) === (wanted & OWNER_MAY_EXECUTE)) return undefined;
  const [is, was] = [got, wanted].map((mode) => (mode & 0o7777).toString(8));
  return `mode ${String(is)}, in the manifest ${String(was)}`;
}

function tellSize(got: number, wanted: number): string {
  return `${String(got)} bytes, in the manifest ${String(wanted)}`;
}

function nameKind(kind: string): string {
  return { file: 'file', directory: 'folder', symlink: 'link' }[kind] ?? 'special file';
}

function noFolder(folder: string): PipeError {
  return new PipeError({
    code: 'USAGE',
    message: '--folder names no folder.',
    got: `nothing, or no folder, at ${folder}`,
    wanted: 'the folder that holds .vercel/output, or the source, as it was deployed',
  });
}
