import { loosely } from '../../fields.ts';
import type { AuditClass } from '../classes.ts';
import type { Row, SeenRecord } from '../types.ts';
import { applyException, nameDeployment, toRowBuild, toRowRecord } from './row.ts';
import { bad, lacking, sentence, short, word, type Said } from './say.ts';
import type { RemovedRecord, World } from './types.ts';
import { conclude } from './with-record.ts';

/** What is to be said of a record file by itself; undefined where all is said by what it is about. */
export function recordRow(record: SeenRecord, seen: boolean, world: World): Row | undefined {
  const said = record.verdict.state === 'verified' ? orphan(record, seen, world) : doubtful(record);
  if (!said) return undefined;
  const { facts, file } = record;
  const judged = conclude([said], []);
  const { deployment } = facts;
  const row = loosely<Row>({
    kind: 'record',
    id: file,
    class: judged.class,
    reasons: judged.reasons,
    at: facts.signedAt,
    projectId: facts.projectId,
    target: deployment?.target ?? facts.target,
    production: (deployment?.target ?? facts.target) === 'production',
    deployment: deployment && nameDeployment(deployment, 'UNKNOWN'),
    record: toRowRecord(record),
    // What a file claims that does not hold is no evidence of a build.
    build: record.verdict.state === 'verified' ? toRowBuild(record, undefined) : undefined,
    checks: judged.checks,
  });
  return applyException(row, world);
}

export function removedRow({ digest, recordId, phase, deploymentId }: RemovedRecord, at: number, world: World): Row {
  const about = deploymentId === undefined ? '' : `, about ${word(deploymentId)}`;
  const reason = `The earlier checkpoint has counted the ${phase} of record ${word(recordId)}${about} (sha256 ${short(digest)}), and no file has that digest now.`;
  const [gap] = world.gaps('records');
  const said = gap === undefined ? bad('record', 'RECORD_REMOVED', [reason]) : lacking('record', `${reason} ${gap}`);
  const judged = conclude([said], []);
  return loosely<Row>({
    kind: 'record',
    id: digest,
    class: judged.class,
    reasons: judged.reasons,
    at,
    projectId: '',
    target: '',
    production: false,
    deployment: deploymentId === undefined ? undefined : nameDeployment({ id: deploymentId }, 'UNKNOWN'),
    checks: judged.checks,
  });
}

export function doubtClass({ verdict }: SeenRecord): AuditClass {
  return verdict.state === 'refused' ? 'UNVERIFIABLE' : 'NOT_CHECKABLE';
}

function doubtful({ verdict }: SeenRecord): Said | undefined {
  if (verdict.state === 'verified') return undefined;
  const reason = `${verdict.code}: ${sentence(verdict.reason)}`;
  return verdict.state === 'refused' ? bad('signature', 'UNVERIFIABLE', [reason]) : lacking('signature', reason);
}

/** It says that it made, or took over, a deployment that nothing of Vercel shows. */
function orphan(record: SeenRecord, seen: boolean, world: World): Said | undefined {
  const { phase, action, outcome, deployment } = record.facts;
  const claims = phase === 'result' && action === 'deploy' && (outcome === 'deployed' || outcome === 'adopted');
  if (!claims || !deployment || seen || !isInScope(record, world)) return undefined;
  const reason = `The record says that ${word(deployment.id)} was ${word(outcome)}, and neither the list nor the event history shows it`;
  const gap = world.gaps('deployments')[0] ?? world.gaps('events')[0];
  return gap === undefined ? bad('record', 'ORPHAN_RECORD', [`${reason}.`]) : lacking('record', `${reason}: ${gap}`);
}

function isInScope(record: SeenRecord, { scope }: World): boolean {
  const { teamId, projectId } = record.facts;
  const at = madeAt(record);
  const ours = teamId === scope.teamId && (scope.projectIds.length === 0 || scope.projectIds.includes(projectId));
  return ours && at >= scope.since && at < scope.until;
}

function madeAt({ facts }: SeenRecord): number {
  return facts.deployment?.createdAt ?? facts.deployedAt ?? facts.signedAt;
}
