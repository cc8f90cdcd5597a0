import type { AuditClass } from '../../../src/audit/classes.ts';
import type { ChangeKind } from '../../../src/audit/types.ts';
import { keepDeploy, makeDeploy, type Deploy, type DeployOptions } from '../deploys.ts';
import type { DraftDeployment, DraftEvent } from '../drafts.ts';
import { expectRow, type Life, type Planted } from '../life.ts';

/** Something that happens. It says itself what an audit must make of it. */
export interface Scene {
  /** False: ordinary life, in which there is nothing to find, or a run was killed. */
  readonly fault: boolean;
  /** How often, among its kind. */
  readonly weight: number;
  readonly play: (life: Life) => void;
}

export function ordinary(weight: number, play: Scene['play']): Scene {
  return { fault: false, weight, play };
}

export function fault(play: Scene['play'], weight = 1): Scene {
  return { fault: true, weight, play };
}

/** A clean deployment with one thing planted. */
export function spoiled(name: AuditClass, options: DeployOptions, spoil: (deploy: Deploy, life: Life) => void): Scene {
  return fault((life) => {
    const deploy = makeDeploy(life, options);
    spoil(deploy, life);
    keepDeploy(life, deploy);
    expectDeployment(life, deploy.deployment, name);
  });
}

export function expectDeployment(life: Life, deployment: DraftDeployment, name: AuditClass): void {
  const { id, projectId, source, createdAt: at } = deployment;
  const known = { ...(source === undefined ? {} : { source }), ...personOf(name, deployment) };
  expectRow(life, { kind: 'deployment', id, class: name, deploymentId: id, projectId, at, ...known });
}

/** Of what no record explains, Vercel alone says who did it, whatever its meta names. */
export function personOf(name: AuditClass, { creatorName }: DraftDeployment): Pick<Planted, 'person'> {
  return name === 'UNEXPLAINED' && creatorName !== undefined ? { person: creatorName } : {};
}

export function expectChange(life: Life, event: DraftEvent, change: ChangeKind, name: AuditClass): void {
  const { id, deploymentId = '', projectId = '', at } = event;
  expectRow(life, { kind: 'change', id, change, class: name, deploymentId, projectId, at });
}

/** No record of it: nothing can be said where not all of the records could be read. */
export function unexplained(life: Life): AuditClass {
  return life.recordsMissing.length > 0 ? 'NOT_CHECKABLE' : 'UNEXPLAINED';
}

export { expectRow, keepDeploy, makeDeploy };
