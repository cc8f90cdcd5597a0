import { joinInRoot, parentOf, resolveInRoot } from './paths.ts';
import type { Reader } from './reader.ts';

const GIT = '.git';
const MAX_POINTER_BYTES = 4096;

/** A repository's own folders, relative to the clone. They differ in a worktree. */
export interface GitFolders {
  /** Holds HEAD. */
  readonly own: string;
  /** Holds refs, objects and configuration. */
  readonly common: string;
}

/** Where the clone's repository is; undefined where there is none inside the clone. */
export async function findGitFolders(files: Reader, root: string): Promise<GitFolders | undefined> {
  const found = await resolveInRoot(files, root, GIT);
  const own = found.kind === 'file' ? await followPointer(files, root, found.path) : await toFolder(files, root, GIT);
  if (own === undefined) return undefined;
  const text = await readGitText(files, root, `${own}/commondir`, MAX_POINTER_BYTES);
  if (text === undefined) return { own, common: own };
  const common = await toFolder(files, root, toInside(root, own, text.trim()));
  return common === undefined ? undefined : { own, common };
}

/** A small file of the repository; undefined where it is missing, too large, outside of the clone or not UTF-8. */
export async function readGitText(
  files: Reader,
  root: string,
  path: string,
  maxBytes: number,
): Promise<string | undefined> {
  const bytes = await readGitBytes(files, root, path, maxBytes);
  return bytes && decodeUtf8(bytes);
}

/** As {@link readGitText}, but any bytes. */
export async function readGitBytes(
  files: Reader,
  root: string,
  path: string,
  maxBytes: number,
): Promise<Uint8Array | undefined> {
  const found = await resolveInRoot(files, root, path);
  if (found.kind !== 'file') return undefined;
  const real = `${root}/${found.path}`;
  if (((await files.lstat(real))?.size ?? 0) > maxBytes) return undefined;
  return files.read(real, maxBytes);
}

export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Of a worktree or a submodule, `.git` is a file that says where the repository is. */
async function followPointer(files: Reader, root: string, path: string): Promise<string | undefined> {
  const text = await readGitText(files, root, path, MAX_POINTER_BYTES);
  const target = /^gitdir: ([^\n]+)\n*$/.exec(text ?? '')?.[1];
  return target === undefined ? undefined : toFolder(files, root, toInside(root, parentOf(path), target.trim()));
}

/** Git writes such paths absolute or relative to the folder of the file; undefined where they leave the clone. */
function toInside(root: string, from: string, target: string): string | undefined {
  if (target.startsWith(`${root}/`)) return joinInRoot('', target.slice(root.length + 1));
  return joinInRoot(from, target);
}

async function toFolder(files: Reader, root: string, path: string | undefined): Promise<string | undefined> {
  if (path === undefined) return undefined;
  const found = await resolveInRoot(files, root, path);
  return found.kind === 'directory' ? found.path : undefined;
}
