import { PipeError } from '../../errors.ts';
import type { Files } from '../../platform/types.ts';
import { show } from '../../text.ts';
import type { Earlier } from './types.ts';

export const CURSOR_FILE = 'cursor.json';
const VERSION = 1;
/** A position is some ids; a population has one segment for each run. */
const MAX_BYTES = 16 * 1024 * 1024;
/** No calendar of JavaScript's goes further. */
const MAX_TIME_MS = 8.64e15;
const SEGMENT = /^[a-z][a-z-]*\.\d+\.jsonl$/;
const NAME = /^[a-z][a-z-]*$/;

/** A file of lines; what stands beyond `bytes` was written by a run that ended before it counted. */
export interface Segment {
  readonly file: string;
  bytes: number;
}

/** What the cursor says of one population. */
export interface PopulationCursor {
  position: unknown;
  lines: number;
  done: boolean;
  gaps: string[];
  segments: Segment[];
}

export interface Cursor {
  readonly version: number;
  readonly scope: string;
  /** When it was written, milliseconds since 1970; undefined where that had no clock. */
  readonly keptAt?: number | undefined;
  readonly populations: Record<string, PopulationCursor>;
}

export function emptyCursor(scope: string): Cursor {
  return { version: VERSION, scope, populations: {} };
}

export function emptyPopulation(): PopulationCursor {
  return { position: undefined, lines: 0, done: false, gaps: [], segments: [] };
}

/**
 * The cursor of the folder; an empty one where there is none.
 * @throws {PipeError} `USAGE` for one of another scope, and for what is none
 */
export async function readCursor(files: Files, folder: string, scope: string): Promise<Cursor> {
  const bytes = await files.read(`${folder}/${CURSOR_FILE}`, MAX_BYTES);
  if (bytes === undefined) return emptyCursor(scope);
  const cursor = parseCursor(new TextDecoder().decode(bytes));
  if (!cursor) throw unfit(folder, 'no cursor of this version of the pipe');
  if (cursor.scope !== scope) throw unfit(folder, 'the cursor of an audit of something else');
  return { ...cursor, populations: await keepWhole(files, folder, cursor.populations) };
}

/** What it takes over, as it is now: it changes with each step. */
export function earlierOf({ keptAt, populations }: Cursor): Earlier {
  const found = Object.entries(populations).map(([name, { lines, done }]) => ({ name, lines, done }));
  return { keptAt, populations: found };
}

export function encodeCursor(cursor: Cursor): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(cursor)}\n`);
}

/** A file that is shorter than the cursor says has lost what counted (a power cut): its population starts again. */
async function keepWhole(
  files: Files,
  folder: string,
  populations: Readonly<Record<string, PopulationCursor>>,
): Promise<Record<string, PopulationCursor>> {
  const kept: Record<string, PopulationCursor> = {};
  for (const [name, population] of Object.entries(populations)) {
    let whole = true;
    for (const { file, bytes } of population.segments) {
      const stat = await files.lstat(`${folder}/${file}`);
      whole &&= stat?.kind === 'file' && stat.size >= bytes;
    }
    if (whole) kept[name] = population;
  }
  return kept;
}

function parseCursor(text: string): Cursor | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { version, scope, keptAt, populations } = asFields(value);
  if (version !== VERSION || typeof scope !== 'string') return undefined;
  if (keptAt !== undefined && !(isCount(keptAt) && keptAt <= MAX_TIME_MS)) return undefined;
  const entries = Object.entries(asFields(populations)).map(([name, each]) => [name, toPopulation(each)] as const);
  if (entries.some(([name, each]) => !NAME.test(name) || each === undefined)) return undefined;
  return { version, scope, keptAt, populations: Object.fromEntries(entries) as Record<string, PopulationCursor> };
}

function toPopulation(value: unknown): PopulationCursor | undefined {
  const { position, lines, done, gaps, segments } = asFields(value);
  if (!isCount(lines) || typeof done !== 'boolean' || !Array.isArray(gaps) || !Array.isArray(segments))
    return undefined;
  if (!gaps.every((gap) => typeof gap === 'string') || !segments.every(isSegment)) return undefined;
  return { position, lines, done, gaps, segments };
}

/** A name is looked at because a path is made of it. */
function isSegment(value: unknown): value is Segment {
  const { file, bytes } = asFields(value);
  return typeof file === 'string' && SEGMENT.test(file) && isCount(bytes);
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function unfit(folder: string, got: string): PipeError {
  return new PipeError({
    code: 'USAGE',
    message: 'The work folder does not belong to this audit.',
    got: `${show(`${folder}/${CURSOR_FILE}`)} is ${got}`,
    wanted: 'an empty folder, or the one of an interrupted run with the same team, projects, times and records',
    fix: 'Leave out --resume: all is read anew.',
  });
}

function asFields(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
