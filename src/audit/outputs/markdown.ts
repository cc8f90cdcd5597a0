import { CLASSES } from '../classes.ts';
import type { Row, Summary } from '../types.ts';
import { writeFigures, writeSources } from './markdown-figures.ts';
import { listSome, toCode, toText, writeTable } from './markdown-text.ts';
import { groupDigits, nameProject, nameRow, tellTime } from './plain.ts';
import { listClasses, tellStatus, tellSummary } from './tell.ts';
import type { WorstClass } from './worst.ts';

const SHOWN_ROWS = 20;

/** `audit.md`: the figures first, then what is not explained, class by class. */
export function* writeMarkdown(summary: Summary, worst: readonly WorstClass[]): Generator<string> {
  const { scope, auditedAt, pipeVersion } = summary;
  yield '# Audit of deployments\n\n';
  yield `**${tellSummary(summary)}** ${tellStatus(summary)}\n\n`;
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
