import { PipeError, type ExitStatus } from '../errors.ts';
import type { Platform } from '../platform/types.ts';
import { readTrust } from '../record/index.ts';
import { readTrustFiles } from './trust-files.ts';
import { findRecords, requirePaths, type Found } from './verify-find.ts';
import { writeJsonLine, writeJsonSum } from './verify-json.ts';
import { verifyOne, type Answer, type Verifying } from './verify-one.ts';
import { readVerifyOptions, type VerifyArguments } from './verify-options.ts';
import { count, startSum, writeLine, writeSum } from './verify-sum.ts';
import { writeSums } from './verify-sums.ts';
import { writeTable } from './verify-table.ts';

/** Files are read in place, so nothing else gets its turn, not even a signal, unless it is given one. */
const RECORDS_AT_ONCE = 64;

export interface VerifyInvocation {
  readonly args: readonly string[];
  readonly workingDir: string;
  /** Its network is not touched. */
  readonly platform: Pick<Platform, 'files' | 'clock' | 'log'>;
  readonly stop: AbortSignal;
  /** Writes to the standard output. */
  readonly print: (text: string) => void;
}

/**
 * `verify --key FILE PATH…`: offline, one record after the other, and nothing of them is kept but numbers. The status is
 * the worst of all: 4 (a signature), 1 (invalid), 3 (not checked, or something is missing), 0.
 */
export async function runVerify(invocation: VerifyInvocation): Promise<ExitStatus> {
  const { args, workingDir, platform, stop } = invocation;
  const { files, clock } = platform;
  const options = readVerifyOptions(args, workingDir);
  const trust = readTrust(await readTrustFiles(files, options.trust));
  await requirePaths(files, [
    ...options.paths,
    ...[options.intent, options.manifest].filter((path) => path !== undefined),
  ]);
  const verifying: Verifying = { files, trust, options, workingDir, now: options.at ?? clock.now(), stop };
  const found = findRecords(files, options.paths);
  const [first, second] = [(await found.next()).value, (await found.next()).value] as (Found | undefined)[];
  if (!first) throw new Error('no path, and not even that was told');
  if (second) refuseMany(options);

  if (options.sums) return printSums(await verifyOne(first, verifying), invocation);
  return verifyAll(chain([first, ...(second ? [second] : [])], found), second !== undefined, verifying, invocation);
}

async function verifyAll(
  found: AsyncIterable<Found>,
  many: boolean,
  verifying: Verifying,
  { print, platform: { clock }, stop }: VerifyInvocation,
): Promise<ExitStatus> {
  const { json, verbose } = verifying.options;
  const write = json ? writeJsonLine : many && !verbose ? writeLine : writeTable;
  const sum = startSum();
  for await (const one of found) {
    const answer = await verifyOne(one, verifying);
    count(sum, answer);
    print(write(answer));
    if (sum.records % RECORDS_AT_ONCE === 0) await clock.sleep(0, stop);
  }
  if (json) print(writeJsonSum(sum));
  else if (many) print(writeSum(sum));
  return sum.status;
}

/** Only of a record that holds: a list of unknown origin would be believed. */
function printSums({ items, error, status }: Answer, { print }: VerifyInvocation): ExitStatus {
  if (error) throw error;
  for (const lines of writeSums(items ?? [])) print(lines);
  return status;
}

async function* chain(some: readonly Found[], rest: AsyncIterable<Found>): AsyncGenerator<Found> {
  yield* some;
  yield* rest;
}

/** Each of these belongs to one record alone. */
function refuseMany({ folder, intent, manifest, sums }: VerifyArguments): void {
  const given = Object.entries({
    '--folder': folder,
    '--intent': intent,
    '--manifest': manifest,
    '--sums': sums || undefined,
  });
  const names = given.flatMap(([name, value]) => (value === undefined ? [] : [name]));
  if (names.length === 0) return;
  throw new PipeError({
    code: 'USAGE',
    message: `Only with one record: ${names.join(', ')}.`,
    got: 'two records or more',
    wanted: 'the one file of a result, or of an intent',
  });
}
