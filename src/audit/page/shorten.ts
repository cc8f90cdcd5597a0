import type { ColumnName } from './format.ts';

/** One value of a row; undefined where it has none. Never one of a column that is itself shortened. */
export type Get = (name: ColumnName) => unknown;

/** Letters of a private range, which {@link visible} lets nothing from outside bring: each stands for a value of the row. */
const FIRST = 0xe000;
const LETTERS = /[\ue000-\ue0ff]/g;
const MIN_CHARS = 6;
const PART_CHARS = 12;

const whole = (name: ColumnName) => (get: Get) => textOf(get(name));
const part = (name: ColumnName) => (get: Get) => textOf(get(name))?.slice(0, PART_CHARS);
const bare = (name: ColumnName) => (get: Get) => textOf(get(name))?.replace(/^dpl_/, '');
const time = (name: ColumnName) => (get: Get) => isoTime(get(name));

/** What a row's texts like to repeat. The place in this list is the letter. */
const REPEATED: readonly ((get: Get) => string | undefined)[] = [
  whole('id'),
  whole('deployment.id'),
  whole('deployment.url'),
  whole('record.recordId'),
  whole('record.digest'),
  whole('record.keyId'),
  whole('record.policyDigest'),
  whole('event.id'),
  whole('event.tokenId'),
  whole('event.requestId'),
  whole('build.pipelineUuid'),
  whole('build.stepUuid'),
  whole('build.commit'),
  whole('build.repository'),
  whole('projectId'),
  bare('id'),
  bare('deployment.id'),
  part('record.digest'),
  part('build.commit'),
  (get) => `results/${textOf(get('build.buildNumber')) ?? ''}`,
  time('at'),
  time('deployment.readyAt'),
  time('event.at'),
  time('record.startedAt'),
  time('record.deployedAt'),
  time('build.createdAt'),
  (get) => isoTime(get('record.startedAt'))?.replace(/\.\d+|[:-]/g, ''),
];

/** The values for {@link shorten}; the row's own texts must be visible already. */
export function repeated(get: Get): readonly (string | undefined)[] {
  return REPEATED.map((read) => read(get));
}

/** @param values of {@link repeated} */
export function shorten(text: string, values: readonly (string | undefined)[]): string {
  // Nearly all that is worth it has a digit, and most texts have none.
  if (!/\d/.test(text)) return text;
  let short = text;
  for (const [index, value] of values.entries()) {
    if (value === undefined || value.length < MIN_CHARS || !short.includes(value)) continue;
    short = short.replaceAll(value, String.fromCharCode(FIRST + index));
  }
  return short;
}

/** What {@link shorten} was given, of the same row. */
export function lengthen(short: string, get: Get): string {
  return short.replace(LETTERS, (letter) => REPEATED[letter.charCodeAt(0) - FIRST]?.(get) ?? letter);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

function isoTime(at: unknown): string | undefined {
  // Beyond these no calendar goes.
  return typeof at === 'number' && Math.abs(at) <= 8.64e15 ? new Date(at).toISOString() : undefined;
}
