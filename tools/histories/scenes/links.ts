import type { AuditClass } from '../../../src/audit/classes.ts';
import type { Deploy } from '../deploys.ts';
import { HOUR, MINUTE, SECOND, type Life } from '../life.ts';
import { leaveUnchecked, refuse } from '../records.ts';
import { keepRun, startRun } from '../runs.ts';
import { expectDeployment, fault, keepDeploy, makeDeploy, ordinary, unexplained, type Scene } from './scene.ts';
import { strange } from './strangers.ts';

const SOURCES = ['git', 'cli', 'drop', 'v0-web', 'git-deploy-hook', undefined] as const;

/** Deployments that no record explains, or that claim another's. */
export const LINKS: Readonly<Record<string, Scene>> = {
  stranger: fault((life) => {
    const { deployment } = strange(life, { source: life.random.pick(SOURCES) });
    expectDeployment(life, deployment, unexplained(life));
  }, 4),
  recordLost: lost(unexplained, forgetRecords),
  killed: ordinary(2, (life) => {
    const deploy = makeDeploy(life);
    deploy.result = undefined;
    keepDeploy(life, deploy);
    expectDeployment(life, deploy.deployment, 'INTERRUPTED');
  }),
  twoOfOneIntent: fault((life) => {
    const deploy = makeDeploy(life);
    deploy.result = undefined;
    keepDeploy(life, deploy);
    const { deployment: copy } = copyMeta(life, deploy, {
      at: deploy.deployment.createdAt + life.random.whole(1, 4000),
    });
    expectDeployment(life, deploy.deployment, 'INTERRUPTED');
    expectDeployment(life, copy, 'DUPLICATE_CLAIM');
  }),
  intentOfOtherProject: lost(unexplained, (deploy, life) => {
    deploy.result = undefined;
    deploy.intent.facts.projectId = `prj_${life.random.word(16)}`;
  }),
  intentOfOtherTarget: lost(unexplained, (deploy) => {
    deploy.result = undefined;
    deploy.intent.facts.target = deploy.deployment.target === 'preview' ? 'production' : 'preview';
  }),
  copiedMeta: fault((life) => {
    const deploy = clean(life);
    const { deployment } = copyMeta(life, deploy, { at: deploy.deployment.createdAt + life.random.whole(1, 4000) });
    expectDeployment(life, deployment, 'DUPLICATE_CLAIM');
  }, 2),
  copiedMetaWithoutBuild: fault((life) => {
    const deploy = clean(life);
    const { oidcDeployRecord = '', oidcDeployIntent = '' } = deploy.deployment.meta;
    const at = deploy.deployment.createdAt + 50 * MINUTE;
    const { deployment } = strange(life, {
      site: deploy.site,
      at,
      source: 'cli',
      meta: { oidcDeployRecord, oidcDeployIntent },
    });
    expectDeployment(life, deployment, 'DUPLICATE_CLAIM');
  }),
  copiedMetaLater: fault((life) => {
    const deploy = clean(life);
    const { deployment } = copyMeta(life, deploy, {
      at: (deploy.run.step.completedAt ?? 0) + 6 * SECOND,
      source: 'cli',
    });
    expectDeployment(life, deployment, 'FORGED_LINK');
  }),
  redeployed: fault((life) => {
    const deploy = clean(life);
    const { deployment } = copyMeta(life, deploy, {
      at: deploy.deployment.createdAt + life.random.whole(1, 4000),
      source: 'redeploy',
    });
    expectDeployment(life, deployment, 'UNRECORDED_REDEPLOY');
  }, 2),
  /** As in Vercel's dashboard, long after the step. */
  redeployedLater: fault((life) => {
    const deploy = clean(life);
    const { deployment } = copyMeta(life, deploy, { at: deploy.deployment.createdAt + HOUR, source: 'redeploy' });
    expectDeployment(life, deployment, 'UNRECORDED_REDEPLOY');
  }, 2),
  redeployedStranger: fault((life) => {
    const { deployment } = strange(life, { source: 'redeploy' });
    expectDeployment(life, deployment, 'UNRECORDED_REDEPLOY');
  }),
  rebuiltForProduction: fault((life) => {
    const deploy = clean(life);
    const { oidcDeployRecord = '', oidcDeployIntent = '' } = deploy.deployment.meta;
    const meta = { oidcDeployRecord, oidcDeployIntent, action: life.random.pick(['promote', 'redeploy']) };
    const { deployment } = strange(life, {
      site: deploy.site,
      at: deploy.deployment.createdAt + HOUR,
      target: 'production',
      meta,
    });
    expectDeployment(life, deployment, 'UNRECORDED_REDEPLOY');
  }),
  forgedPipeline: lost('FORGED_LINK', (deploy, life) => {
    forgetRecords(deploy);
    deploy.deployment.meta['oidcDeployPipeline'] = life.random.uuid();
  }),
  forgedStep: lost('FORGED_LINK', (deploy, life) => {
    forgetRecords(deploy);
    deploy.deployment.meta['oidcDeployStep'] = `{${life.random.uuid()}}`;
  }),
  stepEnded: lost('FORGED_LINK', (deploy) => {
    forgetRecords(deploy);
    deploy.run.step.completedAt = deploy.deployment.createdAt - 5001;
  }),
  stepNotBegun: lost('FORGED_LINK', (deploy) => {
    forgetRecords(deploy);
    deploy.run.step.startedAt = deploy.deployment.createdAt + 5001;
  }),
  stepNeverBegun: lost('FORGED_LINK', (deploy) => {
    forgetRecords(deploy);
    delete deploy.run.step.startedAt;
    delete deploy.run.step.completedAt;
  }),
  /** It names a build that was there, and no record of it is. */
  handWrittenMeta: fault((life) => {
    const run = startRun(life);
    keepRun(life, run);
    const meta = { oidcDeployPipeline: `{${run.pipeline.uuid}}`, oidcDeployStep: `{${run.step.uuid}}` };
    const { deployment } = strange(life, { site: run.site, at: run.startedAt + MINUTE, source: 'cli', meta });
    expectDeployment(life, deployment, unexplained(life));
  }),
  refusedRecord: lost('UNVERIFIABLE', (deploy) => deploy.result && refuse(deploy.result)),
  refusedAndUnchecked: fault((life) => {
    const deploy = makeDeploy(life);
    const { result } = deploy;
    keepDeploy(life, deploy);
    if (!result) return;
    refuse(result);
    const other = { ...result, file: `b/${result.file}`, digest: life.random.hex(64), verdict: { ...result.verdict } };
    leaveUnchecked(other);
    life.records.push(other);
    expectDeployment(life, deploy.deployment, 'UNVERIFIABLE');
  }),
  uncheckedRecord: lost('NOT_CHECKABLE', (deploy) => {
    leaveUnchecked(deploy.intent);
    if (deploy.result) leaveUnchecked(deploy.result);
  }),
};

function lost(name: AuditClass | ((life: Life) => AuditClass), spoil: (deploy: Deploy, life: Life) => unknown): Scene {
  return fault((life) => {
    const deploy = makeDeploy(life);
    spoil(deploy, life);
    keepDeploy(life, deploy);
    expectDeployment(life, deploy.deployment, typeof name === 'string' ? name : name(life));
  });
}

/** Neither its intent nor its result is there. */
function forgetRecords(deploy: Deploy): void {
  deploy.result = undefined;
  deploy.hasIntent = false;
}

function clean(life: Life): Deploy {
  const deploy = makeDeploy(life);
  keepDeploy(life, deploy);
  expectDeployment(life, deploy.deployment, 'VERIFIED');
  return deploy;
}

/** Someone deploys with all of the meta of another deployment. */
function copyMeta(
  life: Life,
  { deployment, site }: Deploy,
  { at, source = 'cli' }: { at: number; source?: string },
): ReturnType<typeof strange> {
  return strange(life, { site, at, source, target: deployment.target, meta: deployment.meta });
}
