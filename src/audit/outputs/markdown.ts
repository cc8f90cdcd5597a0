import { CLASSES } from '../classes.ts';
import type { Row, Summary } from '../types.ts';
import { toCode, toText, writeList, writeTable } from './markdown-text.ts';
import { groupDigits, nameProject, nameRow, tellCount, tellTime } from './plain.ts';
import { listClasses, STATUS_WORDS, tellDuration, tellFigure, tellSummary } from './tell.ts';
import type { WorstClass } from './worst.ts';

const SHOWN_ROWS = 20;
const SHOWN_ITEMS = 20;

/** `audit.md`: the figures first, then what is not explained, class by class. */
export function* writeMarkdown(summary: Summary, worst: readonly WorstClass[]): Generator<string> {
  const { scope, status, auditedAt, pipeVersion } = summary;
  yield '# Audit of deployments\n\n';
  yield `**${toText(tellSummary(summary))}** Status ${String(status)}: ${STATUS_WORDS[status]}.\n\n`;
  yield writeTable(
    ['', ''],
    [
      ['Team', toCode(scope.teamId)],
      [
        'Projects',
        scope.projectIds.length === 0
          ? 'all'
          : listSome(scope.projectIds.map((id) => toText(nameProject(id, summary.projects)))),
      ],
      ['From', tellTime(scope.since)],
      ['Until', tellTime(scope.until)],
      ['Audited', `${tellTime(auditedAt)}, by version ${toText(pipeVersion)}`],
    ],
  );
  yield writeClasses(summary);
  for (const one of worst) yield* writeClass(one, summary);
  yield* writeSources(summary);
  yield* writeFigures(summary);
}

function writeClasses({ counts }: Summary): string {
  const { deployment, change, record } = counts;
  const numbers = (values: readonly number[]): string[] => values.map(groupDigits);
  const rows = listClasses(counts).map(({ id, byKind }) => [`${CLASSES[id].title} (\`${id}\`)`, ...numbers(byKind)]);
  const seen = ['**Seen**', ...numbers([deployment.seen, change.seen, record.seen])];
  return `## What was found\n\n${writeTable(['Class', 'Deployments', 'Changes', 'Records'], [...rows, seen])}`;
}

function* writeClass({ class: id, count, rows }: WorstClass, summary: Summary): Generator<string> {
  const { title, meaning, next, weight } = CLASSES[id];
  yield `## ${title}: ${groupDigits(count)}\n\n`;
  yield `${weight === 'trust' ? '**Trust failure.** ' : ''}${meaning} ${next}\n\n`;
  const shown = rows.slice(0, SHOWN_ROWS);
  yield writeTable(
    ['When', 'What', 'Project, target', 'Who', 'Why'],
    shown.map((row) => describeRow(row, summary)),
  );
  if (count > shown.length)
    yield `And ${groupDigits(count - shown.length)} more, in \`audit.json\` and \`audit.csv\`.\n\n`;
}

function describeRow(row: Row, { projects }: Summary): readonly string[] {
  const { at, projectId, target, person, reasons, deployment } = row;
  const url = deployment?.url === undefined ? '' : ` ${toCode(deployment.url)}`;
  const place = `${toText(nameProject(projectId, projects))}, ${toText(target)}`;
  return [tellTime(at), `${toCode(nameRow(row))}${url}`, place, toText(person ?? '-'), toText(reasons[0] ?? '-')];
}

function* writeSources({ populations, exceptions, checkpoint, clocks, merged }: Summary): Generator<string> {
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
  yield writeTable(
    ['Clock', 'Against', 'Pairs', 'Least', 'Median', 'Most', 'Over 1 s'],
    clocks.map((clock) => {
      const { of, against, pairs, min, median, medianTo, max, overOneSecond } = clock;
      const middle =
        medianTo === undefined ? tellDuration(median) : `${tellDuration(median)} to ${tellDuration(medianTo)}`;
      return [
        toText(of),
        toText(against),
        groupDigits(pairs),
        tellDuration(min),
        middle,
        tellDuration(max),
        groupDigits(overOneSecond),
      ];
    }),
  );
  yield writeTable(
    ['Merged audit', 'SHA-256', 'Status'],
    (merged ?? []).map(({ file, digest, status }) => [toCode(file), toCode(digest), String(status)]),
  );
}

function* writeFigures({ dora, inventory }: Summary): Generator<string> {
  yield '## Figures\n\n';
  yield writeTable(
    ['Figure', 'Value', 'From', 'What it is'],
    dora.map((figure) => {
      const { title, from, definition, proxy } = figure;
      return [
        `${toText(title)}${proxy ? ' (proxy)' : ''}`,
        toText(tellFigure(figure)),
        groupDigits(from),
        toText(definition),
      ];
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

function listSome(items: readonly string[]): string {
  const more = items.length - SHOWN_ITEMS;
  return [...items.slice(0, SHOWN_ITEMS), ...(more > 0 ? [`and ${groupDigits(more)} more`] : [])].join('; ');
}
