import type { DraftDeployment, DraftEvent, DraftRecord } from './drafts.ts';
import { SECOND, type Life, type Site } from './life.ts';
import { makeRecord, nameRecord, type Signing } from './records.ts';
import { endRun, keepRun, startRun, type Run, type RunOptions } from './runs.ts';

/** A deployment by the pipe, with all that it leaves behind. A scene changes or takes away what it likes, and keeps it. */
export interface Deploy {
  readonly run: Run;
  readonly site: Site;
  readonly tokenId: string;
  readonly appId: string;
  readonly intent: DraftRecord;
  /** False: its file is not there. */
  hasIntent: boolean;
  /** Undefined where none was signed, or its file is not there. */
  result: DraftRecord | undefined;
  deployment: DraftDeployment;
  /** False: the list does not show it any more. */
  listed: boolean;
  event: DraftEvent | undefined;
  /** Tells of the token that Vercel gave. */
  use: DraftEvent | undefined;
}

export interface DeployOptions extends RunOptions {
  readonly target?: string;
  readonly signing?: Signing;
  readonly run?: Run;
}

/** A clean one, that nobody knows of before {@link keepDeploy}. */
export function makeDeploy(life: Life, options: DeployOptions = {}): Deploy {
  const { random } = life;
  const run = options.run ?? startRun(life, options);
  const { site, startedAt } = run;
  const target = options.target ?? random.pick(['preview', 'preview', 'production', 'production', 'staging']);
  const signing = options.signing ?? chooseSigning(life);
  const intentAt = startedAt + random.whole(500, 9000);
  const intent = makeRecord(life, run, { phase: 'intent', action: 'deploy', target, signing, signedAt: intentAt });
  const [tokenId, appId] = [`tok_${random.word(16)}`, `app_${random.word(10)}`];
  const createdAt = intentAt + random.whole(400, 20 * SECOND);
  const deployment = makeDeployment(life, { run, createdAt, target, intent });
  if (signing === 'static') {
    deployment.creatorType = 'user';
    deployment.creatorId = run.person.vercelId;
  } else deployment.creatorId = appId;
  const readyAt = deployment.readyAt ?? createdAt;
  const signedAt = readyAt + random.whole(500, 8 * SECOND);
  const result = makeRecord(life, run, {
    ...{ phase: 'result', action: 'deploy', target, signing, recordId: intent.facts.recordId, outcome: 'deployed' },
    ...{ intentDigest: intent.payloadDigest, signedAt, deployedAt: signedAt - random.whole(10, 400) },
    deployment: describeDeployment(deployment),
  });
  copyChance(intent, result);
  endRun(life, run, signedAt);
  const principal = principalOf(life, deployment);
  const event: DraftEvent = {
    ...{
      id: `uev_${random.word(20)}`,
      type: 'deployment',
      at: createdAt + random.whole(0, 400),
      ...principal,
      tokenId,
    },
    ...{ requestId: random.word(12), deploymentId: deployment.id, projectId: site.projectId },
  };
  const use = signing === 'static' ? undefined : makeUse(life, { tokenId, appId, at: intentAt - 300, target, site });
  return { run, site, tokenId, appId, intent, hasIntent: true, result, deployment, listed: true, event, use };
}

function chooseSigning({ random, keyless }: Life): Signing {
  if (!random.chance(keyless)) return 'managed';
  return random.chance(0.3) ? 'timed' : 'keyless';
}

/** An intent and its result are of one run: what chance gave the one must be the other's. */
function copyChance(
  { facts: { policyDigest, vercelPolicyId, pipeVersion } }: DraftRecord,
  { facts }: DraftRecord,
): void {
  if (policyDigest !== undefined) facts.policyDigest = policyDigest;
  if (vercelPolicyId === undefined) delete facts.vercelPolicyId;
  else facts.vercelPolicyId = vercelPolicyId;
  facts.pipeVersion = pipeVersion;
}

function makeDeployment(
  { random }: Life,
  { run, createdAt, target, intent }: { run: Run; createdAt: number; target: string; intent: DraftRecord },
): DraftDeployment {
  const { site, pipeline, step } = run;
  const { buildNumber = 0, pullRequest } = pipeline;
  const id = `dpl_${random.word(24)}`;
  return {
    ...{ id, url: `https://${site.projectName}-${random.word(9).toLowerCase()}-acme.vercel.app` },
    ...{ inspectorUrl: `https://vercel.com/acme/${site.projectName}/${id.slice(4)}`, projectId: site.projectId },
    ...{ createdAt, readyAt: createdAt + random.whole(8, 90) * SECOND, readyState: 'READY' },
    ...(target === 'production' ? { readySubstate: 'PROMOTED' } : {}),
    ...{ target, source: 'cli', creatorType: 'app', creatorName: 'vercel-oidc-deploy' },
    meta: {
      ...{ oidcDeployRecord: nameRecord(intent.facts), oidcDeployIntent: intent.payloadDigest },
      oidcDeployKey: random.hex(64),
      ...{ oidcDeployPipeline: `{${pipeline.uuid}}`, oidcDeployStep: `{${step.uuid}}` },
      oidcDeployBuild: `${String(buildNumber)}/${run.stepRunNumber}/`,
      ...(pullRequest === undefined ? {} : { oidcDeployPr: String(pullRequest) }),
    },
  };
}

/** As a record of the run that made it has it. */
export function describeDeployment(deployment: DraftDeployment): NonNullable<DraftRecord['facts']['deployment']> {
  const { id, url = '', target, readySubstate, createdAt, readyAt } = deployment;
  return {
    ...{ id, url, target, aliases: [], createdAt, origin: 'created' },
    ...(readySubstate === undefined ? {} : { readySubstate }),
    ...(readyAt === undefined ? {} : { readyAt }),
  };
}

export function principalOf(
  life: Life,
  { creatorType, creatorId, creatorName }: DraftDeployment,
): Pick<DraftEvent, 'principalId' | 'principalType' | 'principalName'> {
  return {
    principalId: creatorId ?? life.random.word(8),
    principalType: creatorType ?? 'user',
    principalName: creatorName ?? 'unknown',
  };
}

export interface Use {
  readonly tokenId: string;
  readonly appId: string;
  readonly at: number;
  readonly target: string;
  readonly site: Site;
}

export function makeUse({ random }: Life, { tokenId, appId, at, target, site }: Use): DraftEvent {
  return {
    ...{ id: `uev_${random.word(20)}`, type: 'oidc-policy-used-to-obtain-app-token', at, tokenId },
    ...{ principalId: appId, principalType: 'app', principalName: 'vercel-oidc-deploy', requestId: random.word(12) },
    policyId: target === 'production' ? site.vercelPolicyId : `${site.vercelPolicyId}preview`,
  };
}

/** From now on Bitbucket, Vercel and the records' folder know of it. */
export function keepDeploy(life: Life, deploy: Deploy): void {
  const { run, intent, hasIntent, result, deployment, listed, event, use } = deploy;
  keepRun(life, run);
  if (hasIntent) life.records.push(intent);
  if (result) life.records.push(result);
  if (listed) life.deployments.push(deployment);
  if (event && listed && life.fullPayloads) {
    const { url, target, meta } = deployment;
    Object.assign(event, { url, target, meta: { ...meta } });
  }
  for (const one of [use, event]) if (one) life.events.push(one);
}
