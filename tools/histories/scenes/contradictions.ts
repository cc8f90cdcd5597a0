import type { AuditClass } from '../../../src/audit/classes.ts';
import type { Deploy, DeployOptions } from '../deploys.ts';
import type { DraftLine } from '../drafts.ts';
import { DAY, HOUR, SECOND, type Life } from '../life.ts';
import { refuse } from '../records.ts';
import { expectDeployment, fault, keepDeploy, makeDeploy, spoiled, type Scene } from './scene.ts';

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
  otherBuildNumber: mismatch((facts) => (facts.buildNumber = String(Number(facts.buildNumber) + 1))),
  otherRepository: mismatch((_, { deploy, life }) => {
    deploy.run.pipeline.repositoryUuid = life.random.uuid();
  }),
  eventAtAnotherTime: mismatch((_, { deploy, life }) => {
    if (deploy.event) deploy.event.at = deploy.deployment.createdAt + life.random.pick([1001, -1001, HOUR]);
  }),
  saidToHaveFailed: spoiled('MISMATCH', { target: 'production' }, ({ result }) => {
    if (result) result.facts.outcome = 'failed';
  }),
  saidToBeDenied: spoiled('MISMATCH', { target: 'production' }, ({ result }) => {
    if (result) result.facts.outcome = 'denied';
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
  }),
  recordOfForgedStep: spoiled('FORGED_LINK', {}, ({ run }, life) => {
    run.step.uuid = life.random.uuid();
  }),
  recordOfEndedStep: spoiled('FORGED_LINK', {}, ({ run, deployment }) => {
    run.step.completedAt = deployment.createdAt - 5001;
  }),
  recordOfStepToCome: spoiled('FORGED_LINK', {}, ({ run, deployment }) => {
    run.step.startedAt = deployment.createdAt + 5001;
  }),
  recordOfNoPipeline: fault((life) => {
    const deploy = makeDeploy(life);
    keep(life, deploy, 'FORGED_LINK');
    life.pipelines.delete(deploy.run.pipeline.uuid);
    life.steps.delete(deploy.run.pipeline.uuid);
  }),
  untimed: untimed((deploy) => delete deploy.deployment.meta['oidcDeployIntent']),
  untimedLater: untimed(({ deployment: { createdAt }, intent, result, run }) => {
    for (const record of [intent, result]) shiftToken(record?.facts, createdAt - 3 * HOUR);
    run.step.completedAt = createdAt + 9 * SECOND;
  }),
  untimedBefore: untimed(({ deployment: { createdAt }, intent, result }) => {
    for (const record of [intent, result]) shiftToken(record?.facts, createdAt + SECOND);
  }),
  timestampTooLate: spoiled('UNTIMED', { signing: 'timed' }, ({ result, deployment }) => {
    delete deployment.meta['oidcDeployIntent'];
    if (result?.verdict.state !== 'verified') return;
    result.verdict.timestampAt = result.facts.tokenExpiresAt + DAY;
    result.verdict.assurance = 'held-token';
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
    if (facts?.deployment) spoil(facts, { deploy, told: facts.deployment, life });
  });
}

function untimed(spoil: (deploy: Deploy) => unknown): Scene {
  const options: DeployOptions = { signing: 'keyless' };
  return spoiled('UNTIMED', options, (deploy) => void spoil(deploy));
}

function shiftToken(facts: DraftLine | undefined, issuedAt: number): void {
  if (!facts) return;
  facts.tokenIssuedAt = issuedAt;
  facts.tokenExpiresAt = issuedAt + HOUR;
}

function keep(life: Life, deploy: Deploy, name: AuditClass): void {
  keepDeploy(life, deploy);
  expectDeployment(life, deploy.deployment, name);
}

export function fresh({ random }: Life): { digest: string; payloadDigest: string } {
  return { digest: random.hex(64), payloadDigest: random.hex(64) };
}
