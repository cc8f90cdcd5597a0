import { loosely } from '../../fields.ts';
import type { Row, RowDeployment } from '../types.ts';
import { createdAtOf, isDeleted, isProduction, type Case } from './case.ts';
import { reviewOf } from './review.ts';
import { applyException, personOf, toRowBuild, toRowEvent, toRowRecord } from './row.ts';
import type { World } from './types.ts';
import { judgeRecorded } from './with-record.ts';
import { timedBy } from './with/time.ts';
import { judgeUnrecorded } from './without-record.ts';

/** The one row of a deployment. */
export function deploymentRow(of: Case, world: World): Row {
  const [record] = of.makers;
  const judged = record ? judgeRecorded(of, record, world) : judgeUnrecorded(of, world);
  const pipelineUuid = record?.facts.pipelineUuid ?? of.meta.pipeline;
  const answer = pipelineUuid === undefined ? undefined : world.pipeline(pipelineUuid);
  const named = answer && 'found' in answer ? answer.found : undefined;
  // Whoever deploys writes meta: who did it, and who approved it, only a record's own pipeline tells.
  const pipeline = record && named;
  const production = isProduction(of);
  const at = createdAtOf(of) ?? record?.facts.deployment?.createdAt ?? record?.facts.signedAt ?? 0;
  const review = production ? reviewOf(pipeline, at, world) : undefined;
  const { id, deployment, created } = of;
  const row = loosely<Row>({
    kind: 'deployment',
    id,
    class: judged.class,
    reasons: judged.reasons,
    at,
    projectId: deployment?.projectId ?? created?.projectId ?? record?.facts.projectId ?? '',
    target: deployment?.target ?? created?.target ?? record?.facts.deployment?.target ?? record?.facts.target ?? '',
    production,
    ...personOf(pipeline, deployment, created),
    deployment: toRowDeployment(of),
    event: created && toRowEvent(created, world),
    record: record && toRowRecord(record, timedBy(of, record)),
    // Without a record only meta names the build: shown where Bitbucket knows it, and never proved by that.
    build: toRowBuild(record, named),
    review: review?.found,
    checks: [...judged.checks, ...(review ? [review.check] : [])],
  });
  return applyException(row, world);
}

function toRowDeployment({ id, deployment, events }: Case): RowDeployment {
  const deleted = isDeleted(events);
  if (!deployment) return { id, readyState: 'DELETED', ...(deleted ? { deleted: true } : {}) };
  const { url, inspectorUrl, source, readyState, readyAt, creatorType, creatorName, creatorId } = deployment;
  return loosely<RowDeployment>({
    ...{ id, url, inspectorUrl, source, readyState, readyAt, creatorType },
    creator: creatorName ?? creatorId,
    deleted: deployment.deleted !== undefined || deleted ? true : undefined,
  });
}
