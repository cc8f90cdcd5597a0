import { changeWithin, keepAct, makeAct, makeChange } from '../acts.ts';
import type { Deploy } from '../deploys.ts';
import { DAY, HOUR, SECOND, type Life } from '../life.ts';
import { strange } from './strangers.ts';
import { expectChange, expectDeployment, keepDeploy, makeDeploy, ordinary, unexplained, type Scene } from './scene.ts';

/** Promotions, rollbacks, aliases and deletions that records tell of. */
export const ACTS: Readonly<Record<string, Scene>> = {
  promoted: ordinary(3, (life) => {
    const deploy = staged(life);
    deploy.deployment.readySubstate = 'PROMOTED';
    const act = makeAct(life, deploy, 'promote');
    keepAct(life, act);
    if (act.event) expectChange(life, act.event, 'promotion', 'VERIFIED');
  }),
  rolledBack: ordinary(2, (life) => {
    const deploy = kept(life, 'production');
    const act = makeAct(life, deploy, 'rollback', 'keyless');
    keepAct(life, act);
    if (act.event) expectChange(life, act.event, 'rollback', 'VERIFIED');
  }),
  rolledBackToOlder: ordinary(1, (life) => {
    const old = makeDeploy(life, { at: life.scope.since - 2 * DAY, target: 'production' });
    keepDeploy(life, { ...old, listed: false, event: undefined, use: undefined });
    const act = makeAct(life, old, 'rollback');
    keepAct(life, act);
    if (act.event) expectChange(life, act.event, 'rollback', 'VERIFIED');
  }),
  promotedAfterSmoke: ordinary(2, (life) => {
    const deploy = kept(life, 'production');
    const event = changeWithin(life, deploy, 'promotion');
    life.events.push(event);
    expectChange(life, event, 'promotion', 'VERIFIED');
  }),
  aliased: ordinary(3, (life) => {
    const deploy = makeDeploy(life);
    const alias = life.random.pick([`pr-${life.random.word(4).toLowerCase()}.example.com`, deploy.site.domain]);
    deploy.result?.facts.deployment?.aliases.push(alias);
    keep(life, deploy);
    const event = changeWithin(life, deploy, 'alias', { alias });
    life.events.push(event);
    expectChange(life, event, 'alias', 'VERIFIED');
  }),
  /** Names that Vercel gives by itself: nobody changed anything. */
  aliasedBySystem: ordinary(3, (life) => {
    const deploy = kept(life, 'preview');
    const alias = `${deploy.site.projectName}-git-main-acme.vercel.app`;
    const by = { principalId: 'system', principalType: 'system', principalName: 'Vercel' };
    const event = changeWithin(life, deploy, 'alias', { alias, type: 'aliases-assigned', ...by });
    delete event.tokenId;
    life.events.push(event);
  }),
  cleaned: ordinary(2, (life) => {
    const deploy = makeDeploy(life, { target: 'preview', pullRequest: true });
    deploy.deployment.deleted = 'deleted';
    keep(life, deploy);
    const act = makeAct(life, deploy, 'cleanup');
    keepAct(life, act);
    if (act.event) expectChange(life, act.event, 'deletion', 'VERIFIED');
  }),
  cleanedOlder: ordinary(1, (life) => {
    const old = makeDeploy(life, { at: life.scope.since - 9 * DAY, target: 'preview' });
    keepDeploy(life, { ...old, listed: false, event: undefined, use: undefined });
    const act = makeAct(life, old, 'cleanup');
    keepAct(life, act);
    if (act.event) expectChange(life, act.event, 'deletion', 'VERIFIED');
  }),
  deletedBySystem: ordinary(1, (life) => {
    const deploy = makeDeploy(life, { target: 'preview' });
    deploy.deployment.deleted = 'retention';
    keep(life, deploy);
    const at = deploy.deployment.createdAt + HOUR;
    const by = { principalId: 'system', principalType: 'system', principalName: 'Vercel' };
    life.events.push(makeChange(life, deploy.deployment, 'deletion', { at, ...by }));
  }),
  /** A record of a promotion does not tell who made what it promotes. */
  strangerPromoted: { fault: true, weight: 1, play: promoteStranger },
  atTheEndOfTheRun: ordinary(1, (life) => {
    const deploy = staged(life);
    deploy.deployment.readySubstate = 'PROMOTED';
    const act = makeAct(life, deploy, 'promote');
    const { startedAt, signedAt } = act.result?.facts ?? act.intent.facts;
    if (act.event) act.event.at = life.random.pick([startedAt - 5 * SECOND, signedAt + 5 * SECOND]);
    keepAct(life, act);
    if (act.event) expectChange(life, act.event, 'promotion', 'VERIFIED');
  }),
};

function promoteStranger(life: Life): void {
  const stranger = strange(life, { source: 'cli', target: 'production' });
  expectDeployment(life, stranger.deployment, unexplained(life));
  const act = makeAct(life, stranger, 'promote');
  keepAct(life, act);
  if (act.event) expectChange(life, act.event, 'promotion', 'VERIFIED');
}

export function keep(life: Life, deploy: Deploy): Deploy {
  keepDeploy(life, deploy);
  expectDeployment(life, deploy.deployment, 'VERIFIED');
  return deploy;
}

export function kept(life: Life, target: string): Deploy {
  return keep(life, makeDeploy(life, { target }));
}

/** Built for production, and not in it yet. */
export function staged(life: Life): Deploy {
  const deploy = makeDeploy(life, { target: 'production' });
  deploy.deployment.readySubstate = 'STAGED';
  if (deploy.result?.facts.deployment) deploy.result.facts.deployment.readySubstate = 'STAGED';
  return keep(life, deploy);
}
