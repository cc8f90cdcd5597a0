import type { AuditClass, Row, Summary } from '../../../../src/audit/index.ts';
import type { RowSource } from '../../../../src/audit/outputs/index.ts';

export const SINCE = Date.UTC(2026, 10, 1);
export const UNTIL = Date.UTC(2026, 11, 1);
export const HEX = 'ab'.repeat(32);
const UUID = '11111111-2222-4333-8444-555555555555';

type Whole<T> = { readonly [Name in keyof T]-?: Whole<T[Name]> };

/** Every member that a row can have, with words that every format must keep harmless. */
export const WHOLE_ROW: Whole<Row> = {
  kind: 'change',
  id: 'uev_1',
  class: 'EXCEPTION',
  instead: 'UNRECORDED_PROMOTION',
  reasons: ['No record tells of it.', 'a <b> & "c" | `d`'],
  change: 'promotion',
  at: SINCE + 1000,
  projectId: 'prj_web',
  target: 'production',
  production: true,
  person: '=HYPERLINK("https://evil.example";"Ann")',
  personId: '{7c0a1b2c-0d3e-4f50-8a61-72839405a6b7}',
  deployment: {
    ...{ id: 'dpl_1', url: 'https://web-1.vercel.app', inspectorUrl: 'https://vercel.com/acme/web/1', source: 'cli' },
    ...{ readyState: 'READY', readyAt: SINCE + 900, creatorType: 'app', creator: 'pipe', deleted: true },
  },
  event: {
    ...{ id: 'uev_1', type: 'manual-deployment-promotion-created', at: SINCE + 1000, principalId: 'u_1' },
    ...{ principal: 'ann', tokenId: 'tok_1', requestId: 'req_1', policyId: 'pol_1', alias: 'www.example.com' },
  },
  record: {
    ...{ file: '2026/a.result.sigstore.json', digest: HEX, recordId: UUID, action: 'promote', outcome: 'promoted' },
    ...{ assurance: 'timed', keyId: `SHA256:${'a'.repeat(43)}`, timedBy: 'vercel', policyDigest: HEX, grant: 'web' },
    ...{ pipeVersion: '1.0.0', startedAt: SINCE, deployedAt: SINCE + 900 },
  },
  build: {
    ...{ repositoryUuid: UUID, repository: 'acme/web', pipelineUuid: UUID, stepUuid: UUID, buildNumber: 7 },
    ...{ commit: 'c'.repeat(40), ref: 'main', trigger: 'push', creator: 'Ann', createdAt: SINCE - 1000 },
    url: 'https://bitbucket.org/acme/web/pipelines/results/7',
  },
  review: {
    ...{ pullRequest: 12, author: 'Ann', approvedBy: ['Bob', 'Cid'] },
    url: 'https://bitbucket.org/acme/web/pull-requests/12',
  },
  exception: { id: 'ex-1', reason: 'Vercel was down', approver: 'Dee', ticket: 'OPS-1', expires: UNTIL },
  checks: [
    { name: 'record', state: 'missing', found: 'none' },
    { name: 'vercel-policy', state: 'bad', found: 'another' },
  ],
};

/** A row with what it must have; `number` makes id and time. */
export function makeRow(number: number, more: Partial<Row> = {}): Row {
  return {
    ...{ kind: 'deployment', id: `dpl_${String(number)}`, class: 'VERIFIED', reasons: [], at: SINCE + number * 60_000 },
    ...{ projectId: 'prj_web', target: 'preview', production: false, checks: [] },
    ...more,
  };
}

/** Figures that fit these rows, and two records that are explained and have none. */
export function makeSummary(rows: readonly Row[], more: Partial<Summary> = {}): Summary {
  const count = (kind: Row['kind']): Summary['counts']['record'] => {
    const classes: Partial<Record<AuditClass, number>> = kind === 'record' ? { VERIFIED: 2 } : {};
    for (const row of rows) if (row.kind === kind) classes[row.class] = (classes[row.class] ?? 0) + 1;
    return { seen: Object.values(classes).reduce((sum, one) => sum + one, 0), classes };
  };
  return {
    ...{ auditVersion: '1', pipeVersion: '1.0.0', auditedAt: UNTIL + 1000, status: 0 },
    scope: { teamId: 'team_abc', projectIds: ['prj_web'], since: SINCE, until: UNTIL },
    counts: { deployment: count('deployment'), change: count('change'), record: count('record') },
    populations: [{ name: 'deployments', seen: rows.length, missing: [] }],
    ...{ clocks: [], dora: [], exceptions: [], projects: { prj_web: 'web' } },
    inventory: { versions: [], policies: [], statics: [] },
    ...more,
  };
}

/** Every member that a summary can have. */
export const WHOLE_SUMMARY: Whole<Summary> = {
  ...{ auditVersion: '1', pipeVersion: '1.0.0', auditedAt: UNTIL + 1000, auditor: { workspaceUuid: UUID }, status: 1 },
  scope: { teamId: 'team_abc', projectIds: ['prj_web'], since: SINCE, until: UNTIL },
  counts: {
    deployment: { seen: 0, classes: {} },
    change: { seen: 1, classes: { EXCEPTION: 1 } },
    record: { seen: 2, classes: { VERIFIED: 2 } },
  } as unknown as Whole<Summary>['counts'],
  populations: [
    { name: 'events', seen: 3, missing: ['The last page <was> refused.'], notes: ['One file was there twice.'] },
  ],
  clocks: [{ of: "Vercel's event", against: 'createdAt', pairs: 3, min: -5, median: 10, max: 1500, overOneSecond: 1 }],
  dora: [
    { id: 'lead-time', title: 'Lead time', value: 90_000, unit: 'ms', from: 4, definition: 'Median.', proxy: false },
  ],
  inventory: {
    versions: [{ version: '1.0.0', repositories: [UUID], records: 2 }],
    policies: [{ digest: HEX, records: 2, lastUsedAt: SINCE, allowed: false, expires: UNTIL }],
    statics: [{ kind: 'credential', repositoryUuid: UUID, records: 1, lastUsedAt: SINCE }],
  },
  exceptions: [
    { id: 'ex-1', reason: 'Vercel was down', approver: 'Dee', ticket: 'OPS-1', expires: UNTIL, state: 'used', uses: 1 },
    { id: 'ex-0', reason: 'Too late', approver: 'Dee', ticket: 'OPS-0', expires: SINCE, state: 'expired', uses: 0 },
  ],
  checkpoint: { written: 'b', previous: 'a', records: 2, added: 1, removed: 0, carried: 1 },
  projects: { prj_web: 'web' },
  merged: [
    {
      ...{ file: 'audit.json', digest: HEX, auditedAt: UNTIL, pipeVersion: '1.0.0', status: 0 },
      scope: { teamId: 'team_abc', projectIds: ['prj_web'], since: SINCE, until: UNTIL },
    },
  ],
};

export function classesOf(rows: readonly Pick<Row, 'class'>[]): RowSource['classes'] {
  const classes: Partial<Record<AuditClass, number>> = {};
  for (const row of rows) classes[row.class] = (classes[row.class] ?? 0) + 1;
  return classes;
}

export function sourceOf(rows: readonly Row[]): RowSource {
  return {
    count: rows.length,
    classes: classesOf(rows),
    async *read() {
      for (const row of rows) yield await Promise.resolve(row);
    },
  };
}

export async function readAll(rows: Pick<RowSource, 'read'>): Promise<readonly Row[]> {
  const all: Row[] = [];
  for await (const row of rows.read()) all.push(row);
  return all;
}
