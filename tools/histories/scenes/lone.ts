import type { CheckpointEntry } from '../../../src/audit/records/types.ts';
import type { AuditClass } from '../../../src/audit/classes.ts';
import { makeDeploy, type Deploy } from '../deploys.ts';
import type { DraftRecord } from '../drafts.ts';
import { HOUR, type Life } from '../life.ts';
import { leaveUnchecked, refuse } from '../records.ts';
import { expectDeployment, expectRow, fault, keepDeploy, ordinary, type Scene } from './scene.ts';

/** Records whose deployment nobody has seen, and records that were there. */
export const LONE: Readonly<Record<string, Scene>> = {
  orphan: fault((life) => {
    const deploy = makeUnseen(life);
    keepDeploy(life, deploy);
    expectRecord(life, deploy.result, 'ORPHAN_RECORD');
  }, 2),
  orphanRefused: fault((life) => {
    const deploy = makeUnseen(life);
    deploy.hasIntent = false;
    if (deploy.result) refuse(deploy.result);
    keepDeploy(life, deploy);
    expectRecord(life, deploy.result, 'UNVERIFIABLE');
  }),
  orphanUnchecked: fault((life) => {
    const deploy = makeUnseen(life);
    deploy.hasIntent = false;
    if (deploy.result) leaveUnchecked(deploy.result);
    keepDeploy(life, deploy);
    expectRecord(life, deploy.result, 'NOT_CHECKABLE');
  }),
  /** Of an earlier audit's period: it was not looked for. */
  orphanOfAnotherTime: ordinary(1, (life) => {
    const deploy = makeDeploy(life, { at: life.scope.until + life.random.whole(1, 40) * HOUR });
    keepDeploy(life, { ...deploy, listed: false, event: undefined, use: undefined });
  }),
  removed: fault((life) => {
    const deploy = makeDeploy(life);
    const { result, deployment } = deploy;
    keepDeploy(life, { ...deploy, result: undefined, hasIntent: life.random.chance(0.5) });
    if (life.hasPrevious) note(life, result, true);
    else for (const record of [deploy.intent]) drop(life, record);
    expectDeployment(life, deployment, removed(life));
  }, 2),
  /** Its intent, which says nothing of a deployment: meta alone leads to it, and proves nothing. */
  removedByMeta: fault((life) => {
    const deploy = makeDeploy(life);
    const { intent, deployment } = deploy;
    keepDeploy(life, { ...deploy, result: undefined, hasIntent: false });
    if (life.hasPrevious) note(life, intent, false);
    expectDeployment(life, deployment, removed(life));
    if (life.hasPrevious) expectRecord(life, intent, removed(life), true);
  }),
  removedOrphan: fault((life) => {
    if (!life.hasPrevious) return;
    const { result } = makeDeploy(life);
    note(life, result, true);
    expectRecord(life, result, removed(life), true);
  }),
};

/** It may lie where nothing could be read. */
function removed(life: Life): 'RECORD_REMOVED' | 'NOT_CHECKABLE' | 'UNEXPLAINED' {
  if (life.recordsMissing.length > 0) return 'NOT_CHECKABLE';
  return life.hasPrevious ? 'RECORD_REMOVED' : 'UNEXPLAINED';
}

/** Neither list nor events show it. */
function makeUnseen(life: Life): Deploy {
  return { ...makeDeploy(life), listed: false, event: undefined, use: undefined };
}

function drop(life: Life, record: DraftRecord): void {
  const at = life.records.indexOf(record);
  if (at !== -1) life.records.splice(at, 1);
}

/** A line of the earlier checkpoint's list. */
export function toEntry({ digest, facts, verdict }: DraftRecord, withDeployment = true): CheckpointEntry {
  const { recordId, phase, deployment } = facts;
  const proved = verdict.state === 'verified' ? verdict : undefined;
  return {
    ...{ digest, recordId, phase },
    ...(withDeployment && deployment ? { deploymentId: deployment.id } : {}),
    ...{ assurance: proved?.assurance ?? '', trust: proved?.trust ?? '', state: 'here' },
    ...(proved?.timestampAt === undefined ? {} : { timestampAt: proved.timestampAt }),
  };
}

function note(life: Life, record: DraftRecord | undefined, withDeployment: boolean): void {
  if (record) life.previous.push(toEntry(record, withDeployment));
}

function expectRecord(life: Life, record: DraftRecord | undefined, name: AuditClass, isGone = false): void {
  if (!record) return;
  const { file: id, facts, digest } = record;
  const deploymentId = facts.deployment?.id ?? '';
  const row = { kind: 'record', class: name, projectId: facts.projectId, deploymentId, at: facts.signedAt } as const;
  expectRow(life, { ...row, id: isGone ? digest : id });
}
