import type { AuditClass } from '../../src/audit/classes.ts';
import type { Count, DoraFigure, Row, Summary } from '../../src/audit/types.ts';
import { PROJECTS, SINCE, UNTIL } from './audit-rows.ts';

const DAY_MS = 86_400_000;

/** The figures that fit these rows; everything else is made up. */
export async function sampleSummary(rows: AsyncIterable<Row>): Promise<Summary> {
  const classes: Record<Row['kind'], Partial<Record<AuditClass, number>>> = { deployment: {}, change: {}, record: {} };
  for await (const row of rows) classes[row.kind][row.class] = (classes[row.kind][row.class] ?? 0) + 1;
  const count = (kind: Row['kind']): Count => ({
    seen: Object.values(classes[kind]).reduce((sum, one) => sum + one, 0),
    classes: classes[kind],
  });
  const counts = { deployment: count('deployment'), change: count('change'), record: count('record') };
  return {
    auditVersion: '1',
    pipeVersion: '1.2.0',
    scope: { teamId: 'team_acme', projectIds: Object.keys(PROJECTS), since: SINCE, until: UNTIL },
    auditedAt: UNTIL + 2 * 3_600_000,
    auditor: { repository: 'acme/audit', build: '214' },
    status: 4,
    counts,
    populations: [
      { name: 'deployments', seen: counts.deployment.seen, missing: [] },
      { name: 'events', seen: counts.deployment.seen + counts.change.seen, missing: [] },
      { name: 'pipelines', seen: 4410, missing: ['Repository acme/shop: 403, the token has no read:pipeline.'] },
      { name: 'records', seen: 4770, missing: [] },
    ],
    clocks: [
      { of: 'step', against: 'Vercel', pairs: 4700, min: -420, median: 35, max: 2100, overOneSecond: 3 },
      {
        of: 'Vercel event',
        against: 'Vercel deployment',
        pairs: 4900,
        min: 0,
        median: 140,
        max: 310,
        overOneSecond: 0,
      },
    ],
    dora: DORA,
    inventory: INVENTORY,
    exceptions: [
      {
        id: 'EX-7',
        reason: 'Hotfix by hand while Bitbucket was down',
        approver: 'Ines Duarte',
        ticket: 'OPS-1412',
        expires: UNTIL + 20 * DAY_MS,
        state: 'used',
        uses: 6,
      },
      {
        id: 'EX-3',
        reason: 'Trial',
        approver: 'Ines Duarte',
        ticket: 'OPS-90',
        expires: SINCE,
        state: 'expired',
        uses: 0,
      },
    ],
    checkpoint: {
      written: 'checkpoint-20261201.sigstore.json',
      previous: 'checkpoint-20261130.sigstore.json',
      records: 4770,
      added: 171,
      removed: 1,
      carried: 4599,
    },
    projects: PROJECTS,
  };
}

const DORA: readonly DoraFigure[] = [
  {
    id: 'deployment-frequency',
    title: 'Deployment frequency',
    value: 48.2,
    unit: 'per day',
    from: 1446,
    definition: 'Verified production changes a day of the period.',
    proxy: false,
  },
  {
    id: 'lead-time',
    title: 'Lead time',
    value: 5_400_000,
    unit: 'ms',
    from: 1400,
    definition: 'Median from the creation of the build to the deployment.',
    proxy: true,
  },
  {
    id: 'change-failure',
    title: 'Change failure',
    value: 0.031,
    unit: 'share',
    from: 1446,
    definition: 'Production deployments that failed, or that a rollback followed within a day.',
    proxy: true,
  },
  {
    id: 'recovery',
    title: 'Recovery',
    unit: 'ms',
    from: 0,
    definition: 'Median from failure to the next good.',
    proxy: true,
  },
];

const INVENTORY: Summary['inventory'] = {
  versions: [
    { version: '1.2.0', repositories: ['acme/web', 'acme/docs'], records: 3100 },
    { version: '1.0.0', repositories: ['acme/shop'], records: 210 },
  ],
  policies: [
    { digest: 'ab'.repeat(32), records: 3000, lastUsedAt: UNTIL - DAY_MS, allowed: true, expires: UNTIL + 5 * DAY_MS },
    { digest: 'cd'.repeat(32), records: 12, lastUsedAt: UNTIL - 9 * DAY_MS, allowed: false },
    { digest: 'ef'.repeat(32), records: 1, lastUsedAt: UNTIL - 20 * DAY_MS, allowed: true, expires: UNTIL - DAY_MS },
  ],
  statics: [
    {
      kind: 'signer',
      repositoryUuid: '7f1d2b4e-0c6a-4a55-9a3e-2f6d1c9b8e70',
      records: 44,
      lastUsedAt: UNTIL - 2 * DAY_MS,
    },
    {
      kind: 'credential',
      repositoryUuid: '7f1d2b4e-0c6a-4a55-9a3e-2f6d1c9b8e70',
      records: 2,
      lastUsedAt: UNTIL - 25 * DAY_MS,
    },
  ],
};
