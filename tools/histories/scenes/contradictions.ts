import type { AuditClass } from '../../../src/audit/classes.ts';
import type { Deploy, DeployOptions } from '../deploys.ts';
import type { DraftLine } from '../drafts.ts';
import { DAY, HOUR, SECOND, wholeSecond, type Life } from '../life.ts';
import { nameRecord, refuse, shiftToken } from '../records.ts';
import { expectDeployment, expectRow, fault, keepDeploy, makeDeploy, spoiled, type Scene } from './scene.ts';

/** Stored keys can name any step: for production Bitbucket must be asked. */
const BY_STORED_KEY: DeployOptions = { signing: 'static', target: 'production' };

/** Deployments whose record holds, and says something else than Vercel or Bitbucket does. */
export const CONTRADICTIONS: Readonly<Record<string, Scene>> = {
  otherTeam: mismatch((facts, { life }) => (facts.teamId = `team_${life.random.word(12)}`)),
  otherProject: mismatch((facts, { life }) => (facts.projectId = `prj_${life.random.word(16)}`)),
  otherTarget: mismatch((facts) => (facts.target = facts.target === 'production' ? 'preview' : 'production')),
  /** Vercel makes the first deployment of a project production, whatever was asked. */
  firstBecameProduction: fault((life) => {
    const deploy = makeDeploy(life, { target: 'preview', signing: 'managed' });
    deploy.deployment.target = 'production';
    deploy.deployment.readySubstate = 'PROMOTED';
    if (deploy.result?.facts.deployment) deploy.result.facts.deployment.target = 'production';
    keep(life, deploy, 'MISMATCH');
  }),
  otherCreatedAt: mismatch(
    (_, { told, life }) => (told.createdAt = (told.createdAt ?? 0) + life.random.pick([-1, 1, 5000])),
  ),
  otherUrl: mismatch((_, { told }) => (told.url = 'https://other-1234-acme.vercel.app')),
  otherIntentInMeta: mismatch(
    (_, { deploy, life }) => (deploy.deployment.meta['oidcDeployIntent'] = life.random.hex(64)),
  ),
  otherOriginInMeta: fault((life) => {
    const deploy = makeDeploy(life, { signing: 'managed' });
    const told = deploy.result?.facts.deployment;
    if (!told) return;
    Object.assign(told, {
      origin: 'adopted',
      originRecordId: life.random.uuid(),
      originIntentDigest: life.random.hex(64),
    });
    if (deploy.result) deploy.result.facts.outcome = 'adopted';
    keep(life, deploy, 'MISMATCH');
  }),
  madeByAUser: mismatch((_, { deploy, life }) => {
    const [person] = life.people;
    deploy.deployment.creatorType = 'user';
    deploy.deployment.creatorId = person?.vercelId ?? 'usr_1';
  }),
  editedCommit: mismatch((facts, { life }) => (facts.commit = life.random.hex(40))),
  otherBuildNumber: mismatch((facts, { deploy }) => {
    facts.buildNumber = String(Number(facts.buildNumber) + 1);
    const runUrl = `https://bitbucket.org/${deploy.site.repository}/pipelines/results/${facts.buildNumber}`;
    for (const one of [facts, deploy.intent.facts]) one.runUrl = runUrl;
  }),
  otherRepository: mismatch((_, { deploy, life }) => {
    const other = life.sites.find(({ projectId }) => projectId !== deploy.site.projectId);
    deploy.run.pipeline.repositoryUuid = other?.repositoryUuid ?? life.random.uuid();
  }),
  eventAtAnotherTime: mismatch((_, { deploy, life }) => {
    if (deploy.event) deploy.event.at = deploy.deployment.createdAt + life.random.pick([1001, -1001, HOUR]);
  }),
  /** Before it saw its deployment live, or after: its test failed, and production was left as it was. */
  saidToHaveFailed: spoiled('MISMATCH', { target: 'production' }, ({ result }, { random }) => {
    if (!result) return;
    result.facts.outcome = 'failed';
    if (random.chance(0.5)) delete result.facts.deployedAt;
  }),
  saidToBeDenied: spoiled('MISMATCH', { target: 'production' }, (deploy) => {
    deploy.hasIntent = false;
    if (deploy.result) deny(deploy.result.facts);
  }),
  twoMakers: fault((life) => {
    const deploy = makeDeploy(life);
    const { result } = deploy;
    keep(life, deploy, 'DUPLICATE_CLAIM');
    if (!result) return;
    const facts = { ...result.facts, recordId: life.random.uuid() };
    life.records.push({ ...result, ...fresh(life), file: `b/${result.file}`, facts });
  }),
  /** One record, signed anew about another deployment: both claim it. */
  oneRecordOfTwo: fault((life) => {
    const [first, second] = [makeDeploy(life, { signing: 'managed' }), makeDeploy(life, { signing: 'managed' })];
    if (!first.result || !second.result) return;
    second.result.facts.recordId = first.result.facts.recordId;
    second.deployment.meta['oidcDeployRecord'] = nameRecord(second.result.facts);
    second.hasIntent = false;
    keep(life, first, 'DUPLICATE_CLAIM');
    keep(life, second, 'DUPLICATE_CLAIM');
  }),
  garbageBeside: fault((life) => {
    const deploy = makeDeploy(life);
    keep(life, deploy, 'VERIFIED');
    if (!deploy.result) return;
    const garbage = { ...deploy.result, ...fresh(life), file: `garbage/${deploy.result.file}` };
    refuse(garbage);
    life.records.push(garbage);
    const { id: deploymentId, projectId, createdAt: at } = deploy.deployment;
    expectRow(life, { kind: 'record', id: garbage.file, class: 'UNVERIFIABLE', deploymentId, projectId, at });
  }),
  recordOfForgedStep: spoiled('FORGED_LINK', BY_STORED_KEY, ({ run }, life) => {
    run.step.uuid = life.random.uuid();
  }),
  recordOfEndedStep: spoiled('FORGED_LINK', BY_STORED_KEY, ({ run, deployment }) => {
    run.step.completedAt = deployment.createdAt - 5001;
  }),
  recordOfStepToCome: spoiled('FORGED_LINK', BY_STORED_KEY, ({ run, deployment }) => {
    run.step.startedAt = deployment.createdAt + 5001;
  }),
  recordOfNoPipeline: fault((life) => {
    const deploy = makeDeploy(life, { signing: life.random.pick(['managed', 'static'] as const) });
    keep(life, deploy, 'FORGED_LINK');
    forgetPipeline(life, deploy);
  }),
  /** Bitbucket has signed a token that names it: it was there. */
  keylessOfNoPipeline: fault((life) => {
    const deploy = makeDeploy(life, { signing: life.random.pick(['keyless', 'timed'] as const) });
    keep(life, deploy, 'NOT_CHECKABLE');
    forgetPipeline(life, deploy);
  }),
  /** The pipe never leaves that out. */
  noIntentInMeta: spoiled('MISMATCH', {}, ({ deployment }) => {
    delete deployment.meta['oidcDeployIntent'];
  }),
  untimedLater: untimed(({ deployment: { createdAt }, intent, result, run }) => {
    for (const record of [intent, result]) shiftToken(record?.facts, createdAt - 3 * HOUR);
    run.step.completedAt = createdAt + 9 * SECOND;
  }),
  untimedBefore: untimed(({ deployment: { createdAt }, intent, result }) => {
    for (const record of [intent, result]) shiftToken(record?.facts, createdAt + SECOND);
  }),
  timestampTooLate: spoiled('UNTIMED', { signing: 'timed' }, ({ intent, result, deployment }) => {
    for (const record of [intent, result]) {
      if (record?.verdict.state !== 'verified') continue;
      shiftToken(record.facts, deployment.createdAt - 3 * HOUR);
      record.verdict.timestampAt = wholeSecond(record.facts.tokenExpiresAt + DAY);
      record.verdict.assurance = 'held-token';
    }
  }),
};

interface Told {
  readonly deploy: Deploy;
  readonly told: NonNullable<DraftLine['deployment']>;
  readonly life: Life;
}

function mismatch(spoil: (facts: DraftLine, told: Told) => unknown): Scene {
  return spoiled('MISMATCH', { signing: 'managed' }, (deploy, life) => {
    const facts = deploy.result?.facts;
    if (!facts?.deployment) return;
    spoil(facts, { deploy, told: facts.deployment, life });
    // An intent that says otherwise than its result is another fault.
    const { teamId, projectId, target, commit = '', buildNumber = '' } = facts;
    Object.assign(deploy.intent.facts, { teamId, projectId, target, commit, buildNumber });
  });
}

function forgetPipeline({ pipelines, steps }: Life, { run }: Deploy): void {
  pipelines.delete(run.pipeline.uuid);
  steps.delete(run.pipeline.uuid);
}

function untimed(spoil: (deploy: Deploy) => unknown): Scene {
  const options: DeployOptions = { signing: 'keyless' };
  return spoiled('UNTIMED', options, (deploy) => void spoil(deploy));
}

/** What is denied has neither grant nor credential. */
function deny(facts: DraftLine): void {
  facts.outcome = 'denied';
  delete facts.grant;
  delete facts.hop;
  delete facts.vercelPolicyId;
  delete facts.projectName;
}

function keep(life: Life, deploy: Deploy, name: AuditClass): void {
  keepDeploy(life, deploy);
  expectDeployment(life, deploy.deployment, name);
}

function fresh({ random }: Life): { digest: string; payloadDigest: string } {
  return { digest: random.hex(64), payloadDigest: random.hex(64) };
}
