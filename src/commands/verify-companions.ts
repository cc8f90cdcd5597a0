import { PipeError } from '../errors.ts';
import type { Files } from '../platform/types.ts';
import { manifestFileName, recordFileName, type Phase, type Statement } from '../record/index.ts';
import { codeOf } from './given-files.ts';
import type { VerifyArguments } from './verify-options.ts';

const MAX_RECORD_BYTES = 16 * 1024 * 1024;
/** The manifest of 15,000 files has about 4 MiB; an archive may have 200,000. */
const MAX_MANIFEST_BYTES = 128 * 1024 * 1024;

/** The files of one run, by the names that the pipe gives them. */
export interface Companions {
  readonly bundleText: string;
  /** What the record's own name says that it is; undefined for another name, beside which nothing is looked for. */
  readonly phase: Phase | undefined;
  readonly manifestText: string | undefined;
  /** For a result. */
  readonly intentText: string | undefined;
  /** For an intent: whether its result stands beside it. */
  readonly hasResult: boolean;
}

/** What a record names, or that must follow it, and that is not there. */
export type Missing = 'manifest' | 'intent' | 'result';

/** @throws {PipeError} `RECORD_NOT_CHECKED` for a file that cannot be read; `USAGE` where one that was named is not there. */
export async function readCompanions(
  files: Files,
  path: string,
  { intent, manifest }: Pick<VerifyArguments, 'intent' | 'manifest'>,
): Promise<Companions> {
  const [, base, named] = /^(.*)\.(intent|result)\.sigstore\.json$/s.exec(path) ?? [];
  const phase = named === 'intent' || named === 'result' ? named : undefined;
  const beside = (of: Phase): string | undefined => (base === undefined ? undefined : recordFileName(base, of));
  const bundleText = await readText(files, path, MAX_RECORD_BYTES);
  if (bundleText === undefined) throw notChecked('The record is not there any more.', `nothing at ${path}`);
  const manifestPath = manifest ?? (base === undefined ? undefined : manifestFileName(base));
  const intentPath = intent ?? (phase === 'result' ? beside('intent') : undefined);
  const result = phase === 'intent' ? beside('result') : undefined;
  return {
    bundleText,
    phase,
    manifestText: manifestPath === undefined ? undefined : await readText(files, manifestPath, MAX_MANIFEST_BYTES),
    intentText: intentPath === undefined ? undefined : await readText(files, intentPath, MAX_RECORD_BYTES),
    hasResult: result !== undefined && (await files.lstat(result))?.kind === 'file',
  };
}

/**
 * A result's name on an intent would hide that the run was interrupted.
 * @throws {PipeError} `RECORD_INVALID`.
 */
export function checkName({ predicate }: Statement, { phase }: Companions): void {
  if (phase === undefined || phase === predicate.phase) return;
  throw new PipeError({
    code: 'RECORD_INVALID',
    message: 'The record is not what its file is named as.',
    got: `a record of phase ${predicate.phase}, in a file that is named as ${phase}`,
    wanted: 'the name that the run gave it',
  });
}

export function listMissing({ predicate }: Statement, companions: Companions): readonly Missing[] {
  const missing: Missing[] = [];
  if (predicate.manifest && companions.manifestText === undefined) missing.push('manifest');
  if (predicate.intent && companions.intentText === undefined) missing.push('intent');
  if (predicate.phase === 'intent' && !companions.hasResult) missing.push('result');
  return missing;
}

/** The text of a file; undefined where nothing is. Every byte counts for a digest: no byte order mark is dropped. */
async function readText(files: Files, path: string, maxBytes: number): Promise<string | undefined> {
  try {
    const bytes = await files.read(path, maxBytes);
    return bytes && new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  } catch (error) {
    if (error instanceof PipeError) throw notChecked(error.message, error.got ?? '', error.wanted);
    throw notChecked('A file could not be read.', `${codeOf(error)} for ${path}`);
  }
}

export function notChecked(message: string, got: string, wanted = 'a file to read'): PipeError {
  return new PipeError({ code: 'RECORD_NOT_CHECKED', message, got, wanted });
}
