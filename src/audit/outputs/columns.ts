import { CLASSES } from '../classes.ts';
import { isoTime } from '../iso-time.ts';
import type { CheckName, Row } from '../types.ts';
import { EVIDENCE } from './columns-evidence.ts';

export type ColumnType = 'text' | 'number' | 'boolean' | 'time';

/** A column of `audit.jsonl` and `audit.csv`. Its name stays for ever; new ones come last. */
export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  readonly meaning: string;
  /** Times as milliseconds since 1970. */
  readonly of: (row: Row, projects: Projects) => Cell | undefined;
}

export type Cell = string | number | boolean;
/** Names by id. */
export type Projects = Readonly<Record<string, string>>;

const OWN: readonly Column[] = [
  { name: 'kind', type: 'text', meaning: '`deployment`, `change` or `record`.', of: ({ kind }) => kind },
  {
    ...{ name: 'id', type: 'text', of: ({ id }) => id },
    meaning:
      "The deployment's id (its address, where that is all), the event's id, or the record's file name: unique within its kind.",
  },
  { name: 'class', type: 'text', meaning: 'What it is found to be; exactly one.', of: (row) => row.class },
  {
    ...{ name: 'weight', type: 'text', of: (row) => CLASSES[row.class].weight },
    meaning: '`none`, `finding`, `gap` or `trust`: how bad that class is.',
  },
  {
    ...{ name: 'instead', type: 'text', of: ({ instead }) => instead },
    meaning: 'Of an exception: the class that it would have without.',
  },
  { name: 'reason', type: 'text', meaning: 'The decisive reason, a sentence.', of: ({ reasons }) => reasons[0] },
  {
    ...{ name: 'reasons', type: 'text', of: ({ reasons }) => joined(reasons, ' | ') },
    meaning: 'All reasons, with a bar between them.',
  },
  {
    ...{ name: 'change_kind', type: 'text', of: ({ change }) => change },
    meaning: 'Of a change: `promotion`, `rollback`, `alias`, `deletion` or `undeletion`.',
  },
  { name: 'occurred_at', type: 'time', meaning: 'When it was created or done.', of: ({ at }) => at },
  { name: 'project_id', type: 'text', meaning: "Vercel's id of the project.", of: ({ projectId }) => projectId },
  {
    ...{ name: 'project_name', type: 'text', of: ({ projectId }, names) => nameOf(projectId, names) },
    meaning: 'Its name, where Vercel told it.',
  },
  {
    ...{ name: 'target', type: 'text', of: ({ target }) => target },
    meaning: "`preview`, `production`, or a custom environment's slug.",
  },
  {
    ...{ name: 'production', type: 'boolean', of: ({ production }) => production },
    meaning: 'True where it changed, or may have changed, what production serves.',
  },
  { name: 'person', type: 'text', meaning: "Who: Bitbucket's word before Vercel's.", of: ({ person }) => person },
  {
    ...{ name: 'person_id', type: 'text', of: ({ personId }) => personId },
    meaning: "The same person's id, at the one of the two that named them.",
  },
];

const CHECKS: Readonly<Record<CheckName, string>> = {
  record: 'whether there is a record',
  signature: 'its signature',
  time: 'the time of its signature',
  deployment: "Vercel's deployment against the record",
  event: "Vercel's event against the record",
  build: "Bitbucket's pipeline",
  step: 'the step that ran',
  review: 'the pull request and its approvals',
  policy: 'the policy that decided',
  'vercel-policy': 'the Vercel policy that the token came by',
};

const CHECK_COLUMNS = Object.entries(CHECKS).map(([check, meaning]): Column => {
  return {
    ...{ name: `check_${check.replace('-', '_')}`, type: 'text' },
    meaning: `Of ${meaning}: \`ok\`, \`bad\`, \`missing\` (could not be looked at) or \`none\` (does not apply).`,
    of: ({ checks }) => checks.find(({ name }) => name === check)?.state,
  };
});

export const COLUMNS: readonly Column[] = [...OWN, ...EVIDENCE, ...CHECK_COLUMNS];

function joined(texts: readonly string[] | undefined, separator: string): string | undefined {
  return texts === undefined || texts.length === 0 ? undefined : texts.join(separator);
}

export function nameOf(projectId: string, projects: Projects): string | undefined {
  return Object.hasOwn(projects, projectId) ? projects[projectId] : undefined;
}

/** Undefined for what is no time. */
export function timeText(at: number | undefined): string | undefined {
  return at === undefined ? undefined : isoTime(at);
}
