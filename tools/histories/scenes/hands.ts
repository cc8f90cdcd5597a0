import type { AuditClass } from '../../../src/audit/classes.ts';
import { changeWithin, keepAct, makeAct, makeChange, type Act } from '../acts.ts';
import { describeDeployment, makeDeploy, type Deploy } from '../deploys.ts';
import type { DraftEvent } from '../drafts.ts';
import { HOUR, MINUTE, SECOND, type Life } from '../life.ts';
import { makeRecord, shiftToken } from '../records.ts';
import { keepRun, startRun } from '../runs.ts';
import { keep, kept, staged } from './acts.ts';
import { unrecorded } from './changes.ts';
import { expectChange, fault, ordinary, type Scene } from './scene.ts';

/** Production is moved by hand, and something makes it look as if nobody, or somebody else, had done it. */
export const HANDS: Readonly<Record<string, Scene>> = {
  /** One of Vercel's own names, which Vercel never gives to that deployment by itself. */
  productionNameByHand: fault((life) => {
    const deploy = kept(life, 'preview');
    const at = deploy.deployment.createdAt + life.random.whole(15, 70) * MINUTE;
    nameByHand(life, deploy, { at, tokenId: `tok_${life.random.word(16)}` });
  }, 2),
  /** While the deployment comes about, by another than who made it. */
  productionNameMeanwhile: fault((life) => {
    const deploy = kept(life, 'preview');
    nameByHand(life, deploy, { at: deploy.deployment.createdAt + SECOND, tokenId: `tok_${life.random.word(16)}` });
  }),
  /** At once, by the step that made it. */
  productionNameOfAPreview: fault((life) => {
    const deploy = kept(life, 'preview');
    const alias = `${deploy.site.projectName}.vercel.app`;
    const event = changeWithin(life, deploy, 'alias', { alias, at: deploy.deployment.createdAt + SECOND });
    life.events.push(event);
    expectChange(life, event, 'alias', unrecorded(life, 'UNRECORDED_ALIAS'));
  }),
  productionNameOfAPreviewTold: ordinary(1, (life) => {
    const deploy = makeDeploy(life, { target: 'preview' });
    const alias = `${deploy.site.projectName}.vercel.app`;
    deploy.result?.facts.deployment?.aliases.push(alias);
    keep(life, deploy);
    const event = changeWithin(life, deploy, 'alias', { alias, at: deploy.deployment.createdAt + SECOND });
    life.events.push(event);
    expectChange(life, event, 'alias', 'VERIFIED');
  }),
  namesOfItsBirth: ordinary(2, (life) => {
    const deploy = kept(life, life.random.pick(['preview', 'production']));
    const { createdAt, readyAt = createdAt } = deploy.deployment;
    const at = life.random.whole(createdAt, readyAt + 5 * SECOND);
    const alias = `${deploy.site.projectName}-acme.vercel.app`;
    const asked = deploy.deployment.target === 'production' ? alias : deploy.deployment.url?.replace('https://', '');
    life.events.push(changeWithin(life, deploy, 'alias', { alias: asked ?? alias, at }));
    const assigned = changeWithin(life, deploy, 'alias', { alias, at, type: 'aliases-assigned' });
    delete assigned.tokenId;
    life.events.push(assigned);
  }),
  promotedWithItsNames: ordinary(2, (life) => {
    const act = promote(life, 'managed');
    finish(life, act, 'VERIFIED');
    if (!act.event) return;
    const { deploymentId = '', at } = act.event;
    const site = life.sites.find(({ projectId }) => projectId === act.event?.projectId);
    const alias = `${site?.projectName ?? 'site'}.vercel.app`;
    const id = `uev_${life.random.word(20)}`;
    const event: DraftEvent = { ...act.event, id, type: 'alias', alias, deploymentId, at: at + 400 };
    life.events.push(event);
    expectChange(life, event, 'alias', 'VERIFIED');
  }),
  promotedByStoredKey: ordinary(1, (life) => finish(life, promote(life, 'static'), 'VERIFIED')),
  /** An old token, which has leaked, signs for it. */
  promotedWithAnOldToken: fault((life) => {
    const act = promote(life, 'keyless');
    byHand(life, act);
    const { startedAt } = act.intent.facts;
    for (const record of [act.intent, act.result]) shiftToken(record?.facts, startedAt - 3 * HOUR);
    finish(life, act, 'UNTIMED');
  }),
  /** Its own record of the deploy tells of no promotion; another one does, of a token that had ended. */
  promotedByAnotherDeploy: fault((life) => {
    const deploy = staged(life);
    deploy.deployment.readySubstate = 'PROMOTED';
    const event = makeChange(life, deploy.deployment, 'promotion', { at: deploy.deployment.createdAt + HOUR });
    life.events.push(event);
    forgeAdoption(life, deploy, event.at);
    expectChange(life, event, 'promotion', 'UNTIMED');
  }),
  promotedByForgedStep: fault((life) => {
    const act = promote(life, 'static');
    byHand(life, act);
    act.run.step.uuid = life.random.uuid();
    finish(life, act, 'FORGED_LINK');
  }),
  promotedByEndedStep: fault((life) => {
    const act = promote(life, 'static');
    byHand(life, act);
    if (act.event) act.run.step.completedAt = act.event.at - 5001;
    finish(life, act, 'FORGED_LINK');
  }),
  /** The history does not say by which token, and the record says that Vercel's exchange gave it. */
  promotedByNoToken: fault((life) => {
    const act = promote(life, 'managed');
    if (act.event) delete act.event.tokenId;
    finish(life, act, 'NOT_CHECKABLE');
  }),
};

function promote(life: Life, signing: Parameters<typeof makeAct>[3]): Act {
  const deploy = staged(life);
  deploy.deployment.readySubstate = 'PROMOTED';
  return makeAct(life, deploy, 'promote', signing);
}

function finish(life: Life, act: Act, name: AuditClass): void {
  keepAct(life, act);
  if (act.event) expectChange(life, act.event, 'promotion', name);
}

/** By someone's own token; the record says that it was a stored one. */
function byHand(life: Life, { event, intent, result }: Act): void {
  const person = life.random.pick(life.people);
  const by = { principalId: person.vercelId, principalType: 'user', principalName: person.name };
  if (event) Object.assign(event, by, { tokenId: `tok_${life.random.word(16)}` });
  for (const record of [intent, result]) {
    if (!record) continue;
    record.facts.hop = 'static';
    delete record.facts.vercelPolicyId;
  }
}

function nameByHand(life: Life, deploy: Deploy, rest: { readonly at: number; readonly tokenId: string }): void {
  const alias = `${deploy.site.projectName}.vercel.app`;
  const event = makeChange(life, deploy.deployment, 'alias', { alias, ...rest });
  life.events.push(event);
  expectChange(life, event, 'alias', unrecorded(life, 'UNRECORDED_ALIAS'));
}

function forgeAdoption(life: Life, { site, intent, deployment }: Deploy, at: number): void {
  const run = startRun(life, { site, at: at - MINUTE });
  const record = makeRecord(life, run, {
    ...{ phase: 'result', action: 'deploy', target: 'production', signing: 'keyless', outcome: 'adopted' },
    ...{ intentDigest: life.random.hex(64), deployedAt: at, signedAt: at + SECOND },
    deployment: {
      ...describeDeployment(deployment),
      ...{ origin: 'adopted', originRecordId: intent.facts.recordId, originIntentDigest: intent.payloadDigest },
    },
  });
  record.facts.hop = 'static';
  delete record.facts.vercelPolicyId;
  shiftToken(record.facts, at - 4 * HOUR);
  keepRun(life, run);
  life.records.push(record);
}
