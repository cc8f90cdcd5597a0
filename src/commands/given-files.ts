import { PipeError } from '../errors.ts';
import type { Files } from '../platform/types.ts';

/** A list of 10,000 keys has about 5 MiB. */
const MAX_GIVEN_BYTES = 16 * 1024 * 1024;

/**
 * A file that somebody named. What the system says of it (a folder in its place, no permission) is theirs to mend, and no
 * bug of the pipe.
 * @returns undefined where nothing is.
 * @throws {PipeError} what `refuse` makes of the system's word; `FILE_TOO_LARGE`.
 */
export async function readOrRefuse(
  files: Files,
  path: string,
  maxBytes: number,
  refuse: (got: string) => PipeError,
): Promise<Uint8Array | undefined> {
  try {
    return await files.read(path, maxBytes);
  } catch (error) {
    throw error instanceof PipeError ? error : refuse(`${codeOf(error)} for ${path}`);
  }
}

/**
 * @param fix what to do about a file that is not there, where the name alone does not say it.
 * @throws {PipeError} `USAGE` where a file is not there or cannot be read.
 */
export async function readGiven(
  files: Files,
  path: string,
  maxBytes = MAX_GIVEN_BYTES,
  fix?: string,
): Promise<Uint8Array> {
  const bytes = await readOrRefuse(files, path, maxBytes, missing);
  if (bytes) return bytes;
  throw missing(`nothing at ${path}`, fix);
}

/** @throws {PipeError} `OUTPUT_INVALID` where it cannot be written. */
export async function writeGiven(files: Files, path: string, text: string): Promise<void> {
  try {
    await files.replace(path, new TextEncoder().encode(text));
  } catch (error) {
    throw new PipeError({
      code: 'OUTPUT_INVALID',
      message: 'The file that was asked for could not be written.',
      got: `${codeOf(error)} for ${path}`,
      wanted: 'a file in a folder that can be written to',
      fix: 'Name another file with --out, or see to the permissions and the free space.',
    });
  }
}

/** The system's word for what went wrong with a file. @throws what is no error of the system. */
export function codeOf(error: unknown): string {
  const code = (error as { readonly code?: unknown } | null)?.code;
  if (typeof code === 'string') return code;
  throw error;
}

function missing(got: string, fix?: string): PipeError {
  return new PipeError({
    code: 'USAGE',
    message: 'A file is missing.',
    got,
    wanted: 'a file to read',
    ...(fix === undefined ? {} : { fix }),
  });
}
