import { PipeError } from '../errors.ts';
import type { Files, Log } from '../platform/types.ts';
import { PART_BYTES, writeParts, type ArchivePart } from './archive-parts.ts';
import { packTar } from './archive-tar.ts';
import { formatBytes, formatCount } from './progress.ts';
import type { ManifestEntry } from './types.ts';

/**
 * Of 74 MB of JavaScript level 1 makes 19.0 MB in 0.7 s of CPU, level 6 (the CLI's) 15.4 MB in 1.9 s: the quicker
 * one has won on every line above 3 MB/s.
 */
const GZIP_LEVEL = 1;
/** No room on the disk, in the user's share of it, or in what one file may hold. */
const FULL = ['ENOSPC', 'EDQUOT', 'EFBIG'];

/** All files of a deployment in a few; on disk until it is removed. */
export interface Archive {
  /** In their order. They are sent like files: see `uploadMissing`. */
  readonly parts: readonly ArchivePart[];
  /** Removes the parts. Never fails: what cannot be removed is said in the log. */
  readonly remove: () => Promise<void>;
}

export interface ArchiveDeps {
  readonly files: Files;
  readonly log: Log;
}

/**
 * Packs the entries as `tar` and gzip by stream into temporary files of 100 MiB each, for this user alone.
 * @param tempDirs absolute folders; the first that can be written and has room counts
 * @throws {PipeError} where a file is no longer what was hashed, or no folder has room; or the signal's reason. Nothing
 * is left behind then.
 */
export async function buildArchive(
  deps: ArchiveDeps,
  { entries }: { readonly entries: readonly ManifestEntry[] },
  tempDirs: readonly string[],
  signal: AbortSignal,
  partBytes: number = PART_BYTES,
): Promise<Archive> {
  const { files, log } = deps;
  let full: PipeError | undefined;
  for (const tempDir of tempDirs) {
    const folder = await files.makeTempFolder(tempDir);
    if (folder === undefined) continue;
    const remove = (): Promise<void> => removeFolder(deps, folder);
    try {
      const packed = files.gzip(packTar(files, entries, signal), GZIP_LEVEL);
      const parts = await writeParts(files, folder, packed, partBytes);
      log.info(describe(entries, parts));
      return { parts, remove };
    } catch (error) {
      await remove();
      if (!isFull(error)) throw error;
      full = noRoom(tempDir, error.code);
      log.debug(`${tempDir}: ${error.code}`);
    }
  }
  throw full ?? nowhere(tempDirs);
}

async function removeFolder({ files, log }: ArchiveDeps, folder: string): Promise<void> {
  try {
    await files.remove(folder);
  } catch (error) {
    log.warn(`The temporary archive could not be removed from ${folder}: ${codeOf(error)}. Remove it by hand.`);
  }
}

function describe(entries: readonly ManifestEntry[], parts: readonly ArchivePart[]): string {
  const bytes = parts.reduce((sum, { size }) => sum + size, 0);
  const count = parts.length === 1 ? '1 part' : `${String(parts.length)} parts`;
  return `Packed ${formatCount(entries.length)} entries into ${count}, ${formatBytes(bytes)}`;
}

function isFull(error: unknown): error is { readonly code: string } {
  return FULL.includes(codeOf(error));
}

function codeOf(error: unknown): string {
  const { code } = error as { readonly code?: unknown };
  return typeof code === 'string' ? code : 'unknown error';
}

function noRoom(tempDir: string, code: string): PipeError {
  return new PipeError({
    code: 'ARCHIVE_NOT_MADE',
    message: 'The archive does not fit on the disk. Nothing of it was sent.',
    got: `${code} in ${tempDir}`,
    wanted: 'room for the compressed files in TMPDIR',
    fix: 'Set TMPDIR to a folder with more room, take a larger `size` for the step, or set UPLOAD: files, which needs no room.',
  });
}

function nowhere(tempDirs: readonly string[]): PipeError {
  return new PipeError({
    code: 'ARCHIVE_NOT_MADE',
    message: 'There is no folder for the archive. Nothing of it was sent.',
    got: `no folder that can be written among ${tempDirs.join(', ') || 'none'}`,
    wanted: 'one folder that this step may write',
    fix: 'Set TMPDIR to such a folder, or set UPLOAD: files, which needs none.',
  });
}
