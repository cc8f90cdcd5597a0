import { keepAct, makeAct, makeChange } from '../acts.ts';
import type { Deploy, DeployOptions } from '../deploys.ts';
import { MINUTE, type Life } from '../life.ts';
import {
  expectChange,
  expectRow,
  fault,
  keepDeploy,
  makeDeploy,
  ordinary,
  personOf,
  unexplained,
  type Scene,
} from './scene.ts';

const GONE: DeployOptions = { target: 'preview' };

/** Deployments that the list shows no more: only events tell of them. */
export const GONE_ONES: Readonly<Record<string, Scene>> = {
  /** Its events say all that must be known, and who deleted it. */
  cleanedForGood: ordinary(2, (life) => {
    const deploy = makeDeploy(life, GONE);
    tellAll(deploy);
    keepGone(life, deploy, 'VERIFIED');
    const act = makeAct(life, deploy, 'cleanup');
    keepAct(life, act);
    if (act.event) expectChange(life, act.event, 'deletion', 'VERIFIED');
  }),
  goneWithOtherTarget: fault((life) => {
    const deploy = makeDeploy(life, GONE);
    tellAll(deploy);
    if (deploy.event) deploy.event.target = 'production';
    keepGone(life, deploy, 'MISMATCH');
    deleteByHand(life, deploy);
  }),
  goneWithOtherIntent: fault((life) => {
    const deploy = makeDeploy(life, { ...GONE, signing: 'managed' });
    tellAll(deploy);
    if (deploy.event?.meta) deploy.event.meta['oidcDeployIntent'] = life.random.hex(64);
    keepGone(life, deploy, 'MISMATCH');
    deleteByHand(life, deploy);
  }),
  /** Its events do not say for what and of which intent it was made. */
  goneFromTheList: fault((life) => {
    const deploy = makeDeploy(life, GONE);
    keepGone(life, deploy, 'NOT_CHECKABLE');
  }),
  /** Nobody deleted it, and it is not there: the list cannot be believed to be whole. */
  goneAndNobodyDeleted: fault((life) => {
    const deploy = makeDeploy(life, GONE);
    tellAll(deploy);
    keepGone(life, deploy, 'NOT_CHECKABLE');
  }),
  goneWithoutRecord: fault((life) => {
    const deploy = makeDeploy(life, GONE);
    keepGone(life, { ...deploy, result: undefined, hasIntent: false }, unexplained(life));
  }),
};

/** The event of its creation has what Vercel's full payload has. */
function tellAll({ event, deployment }: Deploy): void {
  if (!event) return;
  const { url, target, meta } = deployment;
  Object.assign(event, { url, target, meta: { ...meta } });
}

function keepGone(life: Life, deploy: Deploy, name: Parameters<typeof expectRow>[1]['class']): void {
  keepDeploy(life, { ...deploy, listed: false });
  const { id, projectId, createdAt } = deploy.deployment;
  expectRow(life, {
    kind: 'deployment',
    id,
    class: name,
    deploymentId: id,
    projectId,
    at: deploy.event?.at ?? createdAt,
    ...personOf(name, deploy.deployment),
  });
}

function deleteByHand(life: Life, { deployment }: Deploy): void {
  const event = makeChange(life, deployment, 'deletion', { at: deployment.createdAt + 30 * MINUTE });
  life.events.push(event);
  expectChange(life, event, 'deletion', life.recordsMissing.length > 0 ? 'NOT_CHECKABLE' : 'UNRECORDED_DELETION');
}
