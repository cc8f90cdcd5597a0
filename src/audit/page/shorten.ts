import type { RowParts } from './format.ts';

/** Letters of a private range, which {@link visible} lets nothing from outside bring: each stands for a value of the row. */
const FIRST = 0xe000;
const MIN_CHARS = 6;

/** What a row's texts like to repeat. The place in this list is the letter, so new ones go to its end. */
export function repeated(row: RowParts): readonly (string | undefined)[] {
  const { deployment, event, record, build } = row;
  return [
    row.id,
    deployment?.id,
    deployment?.url,
    record?.recordId,
    record?.digest,
    record?.keyId,
    record?.policyDigest,
    event?.id,
    event?.tokenId,
    event?.requestId,
    build?.pipelineUuid,
    build?.stepUuid,
    build?.commit,
    build?.repository,
    row.projectId,
    row.id.replace(/^dpl_/, ''),
    record?.digest.slice(0, 12),
    build?.commit?.slice(0, 12),
    build?.buildNumber === undefined ? undefined : `results/${String(build.buildNumber)}`,
    ...[row.at, deployment?.readyAt, event?.at, record?.startedAt, record?.deployedAt, build?.createdAt].map(isoTime),
    isoTime(record?.startedAt)?.replace(/\.\d+|[:-]/g, ''),
  ];
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

/** What {@link shorten} was given. */
export function lengthen(short: string, values: readonly (string | undefined)[]): string {
  return short.replace(/[\ue000-\ue0ff]/g, (letter) => values[letter.charCodeAt(0) - FIRST] ?? letter);
}

function isoTime(at: number | undefined): string | undefined {
  // Beyond these no calendar goes.
  return at === undefined || !(Math.abs(at) <= 8.64e15) ? undefined : new Date(at).toISOString();
}
