import { PipeError } from '../errors.ts';
import type { Files } from '../platform/types.ts';
import { verifyRecord, type Trust, type VerifiedRecord } from '../record/index.ts';
import { checkName, listMissing, notChecked, readCompanions, type Missing } from './verify-companions.ts';
import type { Found } from './verify-find.ts';
import { parseManifest, type ManifestItem } from './verify-manifest.ts';
import type { VerifyArguments } from './verify-options.ts';
import { showPath } from './verify-show.ts';

/**
 * `ok`: it holds, and so does all that it names. `incomplete`: it holds, and something that it names, or that must
 * follow it, was not there. `invalid`: it, or the folder that it was compared with, is not what it says. `not-checked`:
 * nothing can be said.
 */
export type Verdict = 'ok' | 'incomplete' | 'invalid' | 'not-checked';

export interface Answer {
  /** Relative to the working folder where it is inside. */
  readonly path: string;
  readonly verdict: Verdict;
  readonly status: 0 | 1 | 3 | 4;
  /** Absent where its signature, shape or companions did not hold. */
  readonly record: VerifiedRecord | undefined;
  readonly checks: VerifiedRecord['checks'];
  readonly missing: readonly Missing[];
  readonly error: PipeError | undefined;
  /** Of a record that holds, where it is there and was asked for. */
  readonly items: readonly ManifestItem[] | undefined;
}

export interface Verifying {
  readonly files: Files;
  readonly trust: Trust;
  readonly options: VerifyArguments;
  readonly workingDir: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly stop: AbortSignal;
}

/** Everything that there is to say of one record. Throws only for usage, a stop, and bugs. */
export async function verifyOne(found: Found, verifying: Verifying): Promise<Answer> {
  const { workingDir } = verifying;
  const inside = found.path.startsWith(`${workingDir}/`) ? found.path.slice(workingDir.length + 1) : found.path;
  const base = { path: inside, checks: [], missing: [], record: undefined, items: undefined };
  try {
    if (found.fault !== undefined) throw notChecked('Nothing could be checked here.', found.fault, 'a record to read');
    return { ...base, ...(await examine(found.path, verifying)) };
  } catch (error) {
    return { ...base, ...toFailure(error) };
  }
}

type Examined = Omit<Answer, 'path'>;

async function examine(path: string, verifying: Verifying): Promise<Examined> {
  const { files, trust, options, now } = verifying;
  const companions = await readCompanions(files, path, options);
  const { bundleText, manifestText, intentText } = companions;
  const { allowSandbox } = options;
  const record = verifyRecord(bundleText, trust, { now, allowSandbox, manifestText, intentText });
  checkName(record.statement, companions);

  const missing = listMissing(record.statement, companions);
  const checks = [...record.checks.map((check) => tellMissing(check, missing)), ...tellResult(record, missing)];
  const needed = options.sums ? missing.filter((name) => name === 'manifest') : missing;
  const whole = needed.length === 0 || options.allowMissing;
  const verdict = { verdict: whole ? 'ok' : 'incomplete', status: whole ? 0 : 3, error: undefined } as const;
  const examined = { record, checks, missing, items: undefined, ...verdict };
  if (options.folder === undefined && !options.sums) return examined;
  try {
    if (manifestText === undefined) throw noManifest(record);
    const items = parseManifest(manifestText);
    if (options.folder === undefined) return { ...examined, items };
    return { ...examined, checks: [...checks, await checkFolder(options.folder, items, path, verifying)] };
  } catch (error) {
    return { ...examined, ...toFailure(error) };
  }
}

type Check = VerifiedRecord['checks'][number];

async function checkFolder(
  folder: string,
  items: readonly ManifestItem[],
  recordPath: string,
  { files, stop }: Verifying,
): Promise<Check> {
  const { compareFolder } = await import('./verify-folder.ts');
  const recordFolder = recordPath.slice(0, recordPath.lastIndexOf('/'));
  const { same, differences, told, searched } = await compareFolder(files, folder, items, recordFolder, stop);
  const names = `${String(same)} of ${String(items.length)} names as in the manifest`;
  if (differences === 0) return { name: 'folder', found: `${names}, and no other in ${searched}` };
  const more = differences > told.length ? [`and ${String(differences - told.length)} more`] : [];
  throw new PipeError({
    code: 'FOLDER_DIFFERS',
    message: `The folder is not what was deployed: ${String(differences)} differences.`,
    faults: [...told, ...more],
    got: `${showPath(folder)}: ${names}`,
    wanted: `all of them, and no other in ${searched}`,
    fix: 'Compare the folder that holds .vercel/output (of a source deployment: the source), as it was when it was deployed.',
  });
}

function tellMissing(check: Check, missing: readonly Missing[]): Check {
  const absent = missing.some((name) => name === check.name);
  return absent ? { name: check.name, found: 'not beside the record: not checked' } : check;
}

function tellResult({ statement }: VerifiedRecord, missing: readonly Missing[]): readonly Check[] {
  if (statement.predicate.phase !== 'intent') return [];
  const interrupted = 'no result beside it: the run was interrupted, or is still going';
  return [{ name: 'result', found: missing.includes('result') ? interrupted : 'beside it, a record of its own' }];
}

function noManifest({ statement }: VerifiedRecord): PipeError {
  const got = statement.predicate.manifest ? 'no manifest beside the record' : 'a record that names no manifest';
  return notChecked('There is no list of files to go by.', got, "the record's manifest, beside it or with --manifest");
}

/** What a single record may end with. Anything else ends the whole run. */
function toFailure(error: unknown): Pick<Answer, 'verdict' | 'status' | 'error'> {
  if (!(error instanceof PipeError)) throw error;
  const status = error.exitStatus;
  if (status === 1 || status === 4) return { verdict: 'invalid', status, error };
  if (status === 3) return { verdict: 'not-checked', status, error };
  throw error;
}
