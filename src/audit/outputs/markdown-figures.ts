import type { Summary } from '../types.ts';
import { listSome, toCode, toText, writeList, writeTable } from './markdown-text.ts';
import { groupDigits, tellCount, tellTime } from './plain.ts';
import { tellDuration, tellFigure } from './tell.ts';

const SHOWN_ITEMS = 20;

/** What was read, and what was not. */
export function* writeSources({ populations, exceptions, checkpoint, clocks, merged }: Summary): Generator<string> {
  yield '## What was read\n\n';
  yield writeTable(
    ['Source', 'Read', 'Missing', 'Notes'],
    populations.map(({ name, seen, missing, notes = [] }) => {
      return [
        name,
        groupDigits(seen),
        missing.length === 0 ? 'nothing' : listSome(missing.map(toText)),
        listSome(notes.map(toText)),
      ];
    }),
  );
  if (checkpoint) {
    const { records, added, removed, carried } = checkpoint;
    yield `Checkpoint: ${tellCount(records, 'record')}, ${groupDigits(added)} new, ${groupDigits(removed)} gone; ${groupDigits(carried)} of them proved by the one before it.\n\n`;
  }
  yield writeTable(
    ['Exception', 'State', 'Rows', 'Reason', 'Approver', 'Ticket', 'Until'],
    exceptions.slice(0, SHOWN_ITEMS).map((one) => {
      const { id, state, uses, reason, approver, ticket, expires } = one;
      return [
        toCode(id),
        state === 'expired' ? '**expired**' : state,
        groupDigits(uses),
        toText(reason),
        toText(approver),
        toText(ticket),
        tellTime(expires),
      ];
    }),
  );
  yield writeClocks(clocks);
  yield writeTable(
    ['Merged audit', 'SHA-256', 'Status'],
    (merged ?? []).map(({ file, digest, status }) => [toCode(file), toCode(digest), String(status)]),
  );
}

function writeClocks(clocks: Summary['clocks']): string {
  return writeTable(
    ['Clock', 'Against', 'Pairs', 'Least', 'Median', 'Most', 'Over 1 s'],
    clocks.map((clock) => {
      const { of, against, pairs, min, median, max, overOneSecond } = clock;
      return [
        toText(of),
        toText(against),
        groupDigits(pairs),
        tellDuration(min),
        tellDuration(median),
        tellDuration(max),
        groupDigits(overOneSecond),
      ];
    }),
  );
}

/** DORA, and what is in use. */
export function* writeFigures({ dora, inventory }: Summary): Generator<string> {
  yield '## Figures\n\n';
  yield writeTable(
    ['Figure', 'Value', 'From', 'What it is'],
    dora.map((figure) => {
      const { title, from, definition } = figure;
      return [toText(title), toText(tellFigure(figure)), groupDigits(from), toText(definition)];
    }),
  );
  const { versions, policies, statics } = inventory;
  yield writeTable(
    ['Version of the pipe', 'Repositories', 'Records'],
    versions.slice(0, SHOWN_ITEMS).map(({ version, repositories, records }) => {
      return [toCode(version), groupDigits(repositories.length), groupDigits(records)];
    }),
  );
  yield writeTable(
    ['Policy', 'Records', 'Last used', 'Allowed', 'Ends'],
    policies.slice(0, SHOWN_ITEMS).map((policy) => {
      const { digest, records, lastUsedAt, allowed, expires } = policy;
      const may = allowed === undefined ? '-' : allowed ? 'yes' : '**no**';
      return [
        toCode(digest),
        groupDigits(records),
        tellTime(lastUsedAt),
        may,
        expires === undefined ? '-' : tellTime(expires),
      ];
    }),
  );
  yield writeList(
    statics.slice(0, SHOWN_ITEMS).map(({ kind, repositoryUuid, records, lastUsedAt }) => {
      const what = kind === 'signer' ? 'A stored signing key' : 'A stored Vercel credential';
      return `${what} in repository ${toCode(repositoryUuid)}: ${tellCount(records, 'record')}, the last ${tellTime(lastUsedAt)}.`;
    }),
  );
}
