import { notWritten, WORK_FOLDER } from '../audit/index.ts';
import { PipeError } from '../errors.ts';
import type { Files } from '../platform/types.ts';
import type { AuditArguments } from './audit-options.ts';

const FILE = 'audit-period.json';
const MAX_BYTES = 4096;
/** What was read longer ago than this is read anew. */
const MAX_AGE_MS = 24 * 3_600_000;
/** No calendar of JavaScript's goes further. */
const MAX_TIME_MS = 8.64e15;

type Period = Pick<AuditArguments, 'since' | 'until'>;

/**
 * An age is counted back from now, and a run that goes on from an interrupted one has another now: it takes the period of
 * that one. Nobody has signed the file, so it decides no more than the moment that was counted back from.
 * @throws {PipeError} `USAGE` where the same words cannot have meant what it says, in the last 24 hours.
 */
export async function settlePeriod(files: Files, options: AuditArguments): Promise<AuditArguments> {
  const path = pathOf(options);
  if (options.fresh || options.counted.length === 0 || !(await files.lstat(path))) return options;
  const kept = await readPeriod(files, path);
  if (!kept || !isEarlier(kept, options)) throw unfit(path, kept, options);
  return { ...options, ...kept };
}

/** What an earlier run has left, as a reader knows it. */
export async function findLeft(files: Files, { out }: AuditArguments): Promise<readonly string[]> {
  const found: string[] = [];
  for (const name of [FILE, WORK_FOLDER]) if (await files.lstat(`${out}/${name}`)) found.push(name);
  return found;
}

/**
 * For a run that goes on from this one, where an end of the period is counted back from now.
 * @throws {PipeError} `OUTPUT_INVALID` where it cannot be written.
 */
export async function keepPeriod(files: Files, options: AuditArguments): Promise<void> {
  const { since, until, counted } = options;
  if (counted.length === 0) return dropPeriod(files, options);
  const path = pathOf(options);
  try {
    await files.replace(path, new TextEncoder().encode(JSON.stringify({ since, until })));
  } catch (error) {
    throw notWritten(path, error);
  }
}

export function dropPeriod(files: Files, options: AuditArguments): Promise<void> {
  return files.remove(pathOf(options));
}

function pathOf({ out }: AuditArguments): string {
  return `${out}/${FILE}`;
}

/** Undefined for what is no period. */
async function readPeriod(files: Files, path: string): Promise<Period | undefined> {
  try {
    const bytes = await files.read(path, MAX_BYTES);
    const { since, until } = JSON.parse(new TextDecoder().decode(bytes)) as Record<keyof Period, unknown>;
    return isTime(since) && isTime(until) ? { since, until } : undefined;
  } catch {
    return undefined;
  }
}

function isTime(value: unknown): value is number {
  return Number.isSafeInteger(value) && Math.abs(value as number) <= MAX_TIME_MS;
}

/** An end that is counted back has moved by as much as the clock since then; one that is a day of its own, not at all. */
function isEarlier(kept: Period, asked: AuditArguments): boolean {
  const moved = { since: asked.since - kept.since, until: asked.until - kept.until };
  const [end = 'until'] = asked.counted;
  const age = moved[end];
  const agree = (['since', 'until'] as const).every((each) => moved[each] === (asked.counted.includes(each) ? age : 0));
  return agree && kept.since < kept.until && age >= 0 && age <= MAX_AGE_MS;
}

function unfit(path: string, kept: Period | undefined, asked: Period): PipeError {
  return new PipeError({
    code: 'USAGE',
    message: 'The period that an earlier run has left is not that of this audit.',
    got: kept ? `${tell(kept)} in ${path}` : `no period in ${path}`,
    wanted: `what the same --since and --until meant at a moment of the last 24 hours; now they mean ${tell(asked)}`,
    fix: 'Leave out --resume: all is read anew. Somebody else may have written that file, and what is in work beside it.',
  });
}

function tell({ since, until }: Period): string {
  return `${new Date(since).toISOString()} to ${new Date(until).toISOString()}`;
}
