import { CLASSES } from '../classes.ts';
import type { Count, MergedAudit, Scope, Summary } from '../types.ts';
import { inOrder, type Order } from './order.ts';

type Inventory = Summary['inventory'];

const SCOPE = { teamId: 0, projectIds: 0, since: 0, until: 0 } as const satisfies Order<Scope>;

const CLASS_COUNTS = Object.fromEntries(Object.keys(CLASSES).map((name) => [name, 0 as const]));

const COUNT = { seen: 0, classes: CLASS_COUNTS } as const satisfies Order<Count>;

const CLOCK = {
  ...{ of: 0, against: 0, pairs: 0, min: 0, median: 0, max: 0, overOneSecond: 0 },
} as const satisfies Order<Summary['clocks'][number]>;

const FIGURE = {
  ...{ id: 0, title: 0, value: 0, unit: 0, from: 0, definition: 0, proxy: 0 },
} as const satisfies Order<Summary['dora'][number]>;

const INVENTORY = {
  versions: [{ version: 0, repositories: 0, records: 0 } satisfies Order<Inventory['versions'][number]>],
  policies: [
    { digest: 0, records: 0, lastUsedAt: 0, allowed: 0, expires: 0 } satisfies Order<Inventory['policies'][number]>,
  ],
  statics: [{ kind: 0, repositoryUuid: 0, records: 0, lastUsedAt: 0 } satisfies Order<Inventory['statics'][number]>],
} as const satisfies Order<Inventory>;

const EXCEPTION = {
  ...{ id: 0, reason: 0, approver: 0, ticket: 0, expires: 0, state: 0, uses: 0 },
} as const satisfies Order<Summary['exceptions'][number]>;

const CHECKPOINT = {
  ...{ written: 0, previous: 0, records: 0, added: 0, removed: 0, carried: 0 },
} as const satisfies Order<NonNullable<Summary['checkpoint']>>;

const MERGED = {
  ...{ file: 0, digest: 0, scope: SCOPE, auditedAt: 0, pipeVersion: 0, status: 0 },
} as const satisfies Order<MergedAudit>;

export const SUMMARY_ORDER = {
  ...{ auditVersion: 0, pipeVersion: 0, scope: SCOPE, auditedAt: 0, auditor: 0, status: 0 },
  counts: { deployment: COUNT, change: COUNT, record: COUNT } satisfies Order<Summary['counts']>,
  populations: [{ name: 0, seen: 0, missing: 0, notes: 0 } satisfies Order<Summary['populations'][number]>],
  ...{ clocks: [CLOCK], dora: [FIGURE], inventory: INVENTORY, exceptions: [EXCEPTION], checkpoint: CHECKPOINT },
  ...{ projects: 0, merged: [MERGED] },
} as const satisfies Order<Summary>;

/** A summary as it is written, on one line. */
export function writeSummary(summary: Summary): string {
  const { auditor, projects } = summary;
  const sorted = { ...summary, projects: byName(projects), ...(auditor && { auditor: byName(auditor) }) };
  return JSON.stringify(inOrder(sorted, SUMMARY_ORDER));
}

function byName(record: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
