import type { HttpReply } from '../http/index.ts';
import type { Target } from '../variables/types.ts';
import { listOf } from './context-part.ts';
import { readReport, type Report } from './report.ts';
import type { EarlierRecord } from './types.ts';

/** Which keys of `meta` name a record, its intent's digest, and the build. */
export interface MetaKeys {
  readonly record: string;
  readonly intent: string;
  readonly build: string;
}

/** A record with the deployment that names it. */
export interface Sighting {
  readonly record: EarlierRecord;
  readonly report: Report;
}

/** The id stands alone or behind the time that its file's name begins with. */
const RECORD = /^(?:\d{8}T\d{6}Z-)?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;
const SHA256 = /^[0-9a-f]{64}$/;
const MAX_BUILD_LENGTH = 64;

/**
 * The records that a list of deployments names, the newest first. Failed and deleted deployments have theirs as well.
 * A redeployment takes the `meta` of the one before along: the record belongs to the oldest that names it.
 * @throws {Unreadable} where it is no list.
 */
export function sightRecords(reply: HttpReply, projectId: string, keys: MetaKeys): readonly Sighting[] {
  const newestFirst = listOf(reply, 'deployments')
    .flatMap((item) => toSighting(readReport(item), projectId, keys) ?? [])
    .sort((a, b) => (b.record.createdAt ?? 0) - (a.record.createdAt ?? 0));
  return newestFirst.filter(
    ({ record }, index) => !newestFirst.slice(index + 1).some((older) => older.record.recordId === record.recordId),
  );
}

function toSighting(report: Report | undefined, projectId: string, keys: MetaKeys): Sighting | undefined {
  // A filter that a server ignores must not bring in another project's.
  if (!report || (report.deployment.projectId ?? projectId) !== projectId) return undefined;
  const { [keys.record]: named = '', [keys.intent]: intentDigest = '', [keys.build]: build } = report.meta;
  const recordId = RECORD.exec(named)?.[1];
  if (recordId === undefined || !SHA256.test(intentDigest)) return undefined;
  const { id: deploymentId, createdAt } = report.deployment;
  const kept = build !== undefined && build.length <= MAX_BUILD_LENGTH ? build : undefined;
  return { record: { recordId, intentDigest, deploymentId, createdAt, build: kept }, report };
}

/** Whether that deployment was for this target. */
export function isOfTarget({ report }: Sighting, target: Target, customEnvironmentId: string | undefined): boolean {
  const { deployment, customEnvironment } = report;
  if (target.kind !== 'custom') return customEnvironment === undefined && deployment.target === target.kind;
  if (!customEnvironment) return false;
  const { id, slug } = customEnvironment;
  return slug === target.slug || (id !== '' && (id === target.slug || id === customEnvironmentId));
}
