import { notWritten } from '../audit/index.ts';
import type { Files } from '../platform/types.ts';
import type { AuditArguments } from './audit-options.ts';

const FILE = 'audit-period.json';
const MAX_BYTES = 4096;
/** What was read longer ago than this is read anew. */
const MAX_AGE_MS = 24 * 3_600_000;

type Period = Pick<AuditArguments, 'since' | 'until' | 'period'>;

/**
 * An age is counted back from now, and a run that goes on from an interrupted one has another now: it takes the period of
 * that one, where both were asked for in the same words.
 */
export async function settlePeriod(files: Files, options: AuditArguments): Promise<AuditArguments> {
  const path = pathOf(options);
  const before = options.fresh ? undefined : await readPeriod(files, path);
  if (before?.period !== options.period) return options;
  const isOld = options.until - before.until > MAX_AGE_MS;
  return isOld ? { ...options, fresh: true } : { ...options, since: before.since, until: before.until };
}

/** @throws {PipeError} `OUTPUT_INVALID` where it cannot be written. */
export async function keepPeriod(files: Files, options: AuditArguments): Promise<void> {
  const { since, until, period } = options;
  const path = pathOf(options);
  try {
    await files.replace(path, new TextEncoder().encode(JSON.stringify({ since, until, period })));
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

async function readPeriod(files: Files, path: string): Promise<Period | undefined> {
  try {
    const bytes = await files.read(path, MAX_BYTES);
    if (!bytes) return undefined;
    const { since, until, period } = JSON.parse(new TextDecoder().decode(bytes)) as Partial<Period>;
    return Number.isFinite(since) && Number.isFinite(until) && typeof period === 'string'
      ? { since: Number(since), until: Number(until), period }
      : undefined;
  } catch {
    return undefined;
  }
}
