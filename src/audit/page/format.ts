/**
 * Rows in the page: blocks of columns. Text that comes again stands once, in a table that grows from block to block.
 * `plain` cells are text or numbers as they are, `word` cells are numbers of the table, `text` cells too, of what
 * {@link shorten} made of it, `time` cells are milliseconds after the row's own time, `list` and `checks` are numbers of
 * the table where a list of cells stands as JSON. What is absent is 0 (`time`: null); what the table was too full for
 * stands in its place as text.
 */
export const COLUMNS = {
  kind: 'word',
  id: 'plain',
  class: 'word',
  instead: 'word',
  change: 'word',
  at: 'plain',
  projectId: 'word',
  target: 'word',
  production: 'plain',
  person: 'word',
  personId: 'word',
  'deployment.id': 'plain',
  'deployment.url': 'plain',
  'deployment.inspectorUrl': 'text',
  'deployment.source': 'word',
  'deployment.readyState': 'word',
  'deployment.readyAt': 'time',
  'deployment.creatorType': 'word',
  'deployment.creator': 'word',
  'deployment.deleted': 'plain',
  'event.id': 'plain',
  'event.type': 'word',
  'event.at': 'time',
  'event.principalId': 'word',
  'event.principal': 'word',
  'event.tokenId': 'plain',
  'event.requestId': 'plain',
  'event.policyId': 'word',
  'event.alias': 'word',
  'record.file': 'text',
  'record.digest': 'plain',
  'record.recordId': 'plain',
  'record.action': 'word',
  'record.outcome': 'word',
  'record.assurance': 'word',
  'record.keyId': 'word',
  'record.timedBy': 'word',
  'record.policyDigest': 'word',
  'record.grant': 'word',
  'record.pipeVersion': 'word',
  'record.startedAt': 'time',
  'record.deployedAt': 'time',
  'build.repositoryUuid': 'word',
  'build.repository': 'word',
  'build.pipelineUuid': 'plain',
  'build.stepUuid': 'plain',
  'build.buildNumber': 'plain',
  'build.commit': 'plain',
  'build.ref': 'word',
  'build.trigger': 'word',
  'build.creator': 'word',
  'build.createdAt': 'time',
  'build.url': 'text',
  'review.pullRequest': 'plain',
  'review.author': 'word',
  'review.approvedBy': 'list',
  'review.url': 'text',
  'exception.id': 'word',
  'exception.reason': 'word',
  'exception.approver': 'word',
  'exception.ticket': 'word',
  'exception.expires': 'plain',
  reasons: 'list',
  checks: 'checks',
} as const;

export type ColumnName = keyof typeof COLUMNS;
export type Cell = string | number | null;

export interface Block {
  /** How many rows. */
  readonly rows: number;
  /** What the table gains, numbered on from the block before; the first of all has the number 1. */
  readonly table: readonly string[];
  /** Columns in which this block has nothing are absent. */
  readonly columns: Partial<Readonly<Record<ColumnName, readonly Cell[]>>>;
}

/** What the page's program needs besides the rows. */
export interface PageFacts {
  readonly teamId: string;
  readonly projects: Readonly<Record<string, string>>;
  readonly since: number;
  readonly until: number;
  /** True where records of a sandbox were taken: the commands then allow them. */
  readonly allowSandbox?: true;
  /** Where there are more rows than a page holds. */
  readonly left?: LeftOut;
}

/** What is known of the rows that a page leaves out. */
export interface LeftOut {
  readonly rows: number;
  /** How long a bin is, in milliseconds; it goes into all spans of the timeline that are longer. */
  readonly span: number;
  readonly bins: readonly LeftBin[];
}

/**
 * Rows of one class and one kind of target in a span of time, which begins at `bin` spans since 1970: how many, of how
 * many different builds (one may be counted in a later bin again), and how many of them name none. `place` is that of
 * the class in the list of classes.
 */
export type LeftBin = readonly [
  bin: number,
  place: number,
  production: number,
  rows: number,
  builds: number,
  without: number,
];

export const CHECK_STATES = ['ok', 'bad', 'missing', 'none'] as const;

/** Where a column's value stands in a row. */
export function pathOf(name: ColumnName): readonly [group: string | undefined, member: string] {
  const [first = '', second] = name.split('.');
  return second === undefined ? [undefined, first] : [first, second];
}
