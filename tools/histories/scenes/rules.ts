import type { AuditClass } from '../../../src/audit/classes.ts';
import { makeDeploy, type Deploy, type DeployOptions } from '../deploys.ts';
import { DAY, HOUR, type Life } from '../life.ts';
import { expectDeployment, fault, keepDeploy, ordinary, spoiled, type Scene } from './scene.ts';

/** What is signed by one is compared with Bitbucket's steps. */
const STORED_KEY: DeployOptions = { signing: 'static', target: 'production' };

/** Policies that were not the ones that they should be; and what could not be looked at. */
export const RULES: Readonly<Record<string, Scene>> = {
  otherVercelPolicy: spoiled(
    'WRONG_POLICY',
    { target: 'production', signing: 'managed' },
    ({ use, result, site }, life) => {
      if (use) use.policyId = `pol_${life.random.word(12)}`;
      if (result) result.facts.vercelPolicyId = site.vercelPolicyId;
    },
  ),
  storedToken: spoiled('WRONG_POLICY', { target: 'production', signing: 'managed' }, (deploy) => {
    deploy.use = undefined;
  }),
  otherVercelPolicyForPreview: ordinary(1, (life) => {
    const deploy = makeDeploy(life, { target: 'preview' });
    if (deploy.use) deploy.use.policyId = `pol_${life.random.word(12)}`;
    keep(life, deploy, 'VERIFIED');
  }),
  /** A policy that Vercel has, and the record does not name: there was but one that fitted. */
  vercelPolicyNotNamed: ordinary(1, (life) => {
    const deploy = makeDeploy(life, { target: 'production' });
    for (const record of [deploy.intent, deploy.result]) if (record) delete record.facts.vercelPolicyId;
    keep(life, deploy, 'VERIFIED');
  }),
  strangePolicy: stale({}, ({ site }) => site.strangePolicy),
  policyOfAnotherTime: fault((life) => {
    const at = life.random.whole(life.halfTime + HOUR, life.scope.until - 3 * HOUR);
    const deploy = makeDeploy(life, { at });
    setPolicy(deploy, deploy.site.oldPolicy);
    keep(life, deploy, life.hasPolicies ? 'POLICY_STALE' : 'VERIFIED');
  }),
  noPolicyInProduction: stale({ target: 'production' }, () => undefined),
  noPolicyInPreview: ordinary(1, (life) => {
    const deploy = makeDeploy(life, { target: 'preview' });
    setPolicy(deploy, undefined);
    keep(life, deploy, 'VERIFIED');
  }),
  pipelineNotAsked: gap({}, (deploy) => (deploy.run.pipelineAnswer = { unknown: 'Bitbucket answered 403 to it.' })),
  stepsNotAsked: gap(STORED_KEY, (deploy) => (deploy.run.stepsAnswer = { unknown: 'The hour has no request left.' })),
  noEvent: gap({}, (deploy) => {
    deploy.event = undefined;
  }),
};

function gap(options: DeployOptions, spoil: (deploy: Deploy) => unknown): Scene {
  return spoiled('NOT_CHECKABLE', options, (deploy) => void spoil(deploy));
}

function stale(options: DeployOptions, choose: (deploy: Deploy) => string | undefined): Scene {
  return fault((life) => {
    const at = life.random.whole(life.scope.since + HOUR, life.scope.until - DAY / 2);
    const deploy = makeDeploy(life, { ...options, at, signing: 'managed' });
    setPolicy(deploy, choose(deploy));
    keep(life, deploy, life.hasPolicies ? 'POLICY_STALE' : 'VERIFIED');
  });
}

function setPolicy({ intent, result }: Deploy, digest: string | undefined): void {
  for (const record of [intent, result]) {
    if (record && digest === undefined) delete record.facts.policyDigest;
    else if (record && digest !== undefined) record.facts.policyDigest = digest;
  }
}

function keep(life: Life, deploy: Deploy, name: AuditClass): void {
  keepDeploy(life, deploy);
  expectDeployment(life, deploy.deployment, name);
}
