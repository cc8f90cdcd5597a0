import type { AuditClass } from '../classes.ts';
import type { Row, SeenRecord } from '../types.ts';
import { gatherCases, type Case } from './case.ts';
import { changeRow } from './change-row.ts';
import { changesOf } from './changes.ts';
import { deploymentRow } from './deployment-row.ts';
import { intentOf } from './links.ts';
import { doubtClass, recordRow, removedRow } from './record-row.ts';
import type { Bucket, Classified, RemovedRecord, World } from './types.ts';

/** What has been told by another row. */
interface Told {
  readonly records: Map<SeenRecord, AuditClass>;
  readonly removed: Map<RemovedRecord, AuditClass>;
}

/**
 * Joins what a bucket holds: one row for every deployment, one for every change by somebody, and one for every record
 * that something is to be said of and that none of these rows tells of. Pure: it asks nobody, and knows no clock.
 */
export function classify(bucket: Bucket, world: World): Classified {
  const rows: Row[] = [];
  const told: Told = { records: new Map(), removed: new Map() };
  const cases = gatherCases(bucket);
  for (const of of cases.values()) {
    if (!isDeployment(of, world)) continue;
    const row = deploymentRow(of, world);
    rows.push(row);
    noteTold(of, row, told, world);
  }
  for (const change of changesOf(bucket)) {
    const { row, doubted } = changeRow(change, world);
    rows.push(row);
    if (doubted) told.records.set(doubted, doubtClass(doubted));
  }
  return { rows, unlisted: addRecords(bucket, cases, told, rows, world) };
}

/** Listed, or created by the event history's word; or made by a record of the period and touched by events. */
export function isDeployment({ deployment, created, makers }: Case, { scope }: World): boolean {
  if (deployment ?? created) return true;
  return makers.some(({ facts }) => {
    const at = facts.deployment?.createdAt;
    return at !== undefined && at >= scope.since && at < scope.until;
  });
}

/** The files and removals that a deployment's row is about itself. */
function noteTold(of: Case, row: Row, told: Told, world: World): void {
  const { class: klass } = row;
  if (of.makers.length > 0) return;
  if (klass === 'UNVERIFIABLE' || klass === 'NOT_CHECKABLE') {
    const intent = intentOf(of, world);
    for (const record of intent ? [...of.doubtful, intent] : of.doubtful) told.records.set(record, doubtClass(record));
  }
  // A file that was changed is both: gone as what it was, and refused as what it is.
  const gap = world.gaps('records').length > 0;
  if (klass === 'RECORD_REMOVED' || klass === 'UNVERIFIABLE' || (klass === 'NOT_CHECKABLE' && gap)) {
    for (const gone of of.removed) told.removed.set(gone, gap ? 'NOT_CHECKABLE' : 'RECORD_REMOVED');
  }
}

function addRecords(
  { records, removed }: Bucket,
  cases: ReadonlyMap<string, Case>,
  told: Told,
  rows: Row[],
  world: World,
): Classified['unlisted'] {
  const unlisted: Partial<Record<AuditClass, number>> = {};
  const skip = (klass: AuditClass): void => {
    unlisted[klass] = (unlisted[klass] ?? 0) + 1;
  };
  for (const record of records) {
    const klass = told.records.get(record) ?? classOfIntent(record, world);
    const row = klass === undefined ? recordRow(record, isSeen(record, cases), world) : undefined;
    if (row) rows.push(row);
    else skip(klass ?? 'VERIFIED');
  }
  for (const gone of removed) {
    const klass = told.removed.get(gone);
    if (klass === undefined) rows.push(removedRow(gone, world.scope.since, world));
    else skip(klass);
  }
  return unlisted;
}

/** An intent that nobody could check, where a deployment names it, lies in another bucket than the row that tells of it. */
function classOfIntent({ verdict, facts, payloadDigest }: SeenRecord, world: World): AuditClass | undefined {
  const isTold = verdict.state === 'unchecked' && facts.phase === 'intent' && world.isNamed(payloadDigest);
  return isTold ? 'NOT_CHECKABLE' : undefined;
}

/** An event that names it is enough: it was there. */
function isSeen({ facts }: SeenRecord, cases: ReadonlyMap<string, Case>): boolean {
  return facts.deployment !== undefined && cases.has(facts.deployment.id);
}
