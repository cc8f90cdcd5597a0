import type { AuditClass } from '../../../src/audit/classes.ts';
import type { ChangeKind } from '../../../src/audit/types.ts';
import { changeWithin, keepAct, makeAct, makeChange, type Act } from '../acts.ts';
import type { Deploy } from '../deploys.ts';
import { MINUTE, type Life } from '../life.ts';
import { refuse } from '../records.ts';
import { kept, staged } from './acts.ts';
import { expectChange, expectDeployment, fault, type Scene } from './scene.ts';
import { strange } from './strangers.ts';

/** Changes of what production serves, of names and of deployments, that no record tells of; or that one tells otherwise. */
export const CHANGES: Readonly<Record<string, Scene>> = {
  promotedByHand: byHand('promotion', 'UNRECORDED_PROMOTION', staged),
  rolledBackByHand: byHand('rollback', 'UNRECORDED_ROLLBACK', (life) => kept(life, 'production')),
  deletedByHand: byHand('deletion', 'UNRECORDED_DELETION', (life) => kept(life, 'preview')),
  undeletedByHand: byHand('undeletion', 'UNRECORDED_DELETION', (life) => kept(life, 'preview')),
  aliasedByHand: fault((life) => {
    const deploy = kept(life, 'production');
    const alias = life.random.pick([deploy.site.domain, 'sale.example.com']);
    addChange(life, deploy, 'alias', 'UNRECORDED_ALIAS', { alias });
  }),
  aliasByAToken: fault((life) => {
    const deploy = kept(life, 'preview');
    addChange(life, deploy, 'alias', 'UNRECORDED_ALIAS', {
      alias: 'next.example.com',
      tokenId: `tok_${life.random.word(16)}`,
    });
  }),
  /** By the run itself, and not in its record. */
  aliasUntold: fault((life) => {
    const deploy = kept(life, 'production');
    const event = changeWithin(life, deploy, 'alias', { alias: 'untold.example.com' });
    life.events.push(event);
    expectChange(life, event, 'alias', unrecorded(life, 'UNRECORDED_ALIAS'));
  }),
  promotedAfterTheRun: spoiledAct('UNRECORDED_PROMOTION', ({ event, result }) => {
    if (event && result) event.at = result.facts.signedAt + 5001;
  }),
  promotedBeforeTheRun: spoiledAct('UNRECORDED_PROMOTION', ({ event, intent }) => {
    if (event) event.at = intent.facts.startedAt - 5001;
  }),
  promotedAnother: spoiledAct('UNRECORDED_PROMOTION', ({ result }, life) => {
    const id = `dpl_${life.random.word(24)}`;
    if (!result) return;
    result.facts.actsOn = id;
    if (result.facts.deployment) result.facts.deployment.id = id;
  }),
  promotionRefused: spoiledAct('UNVERIFIABLE', ({ result }) => result && refuse(result)),
  promotionLost: spoiledAct('UNRECORDED_PROMOTION', (act) => (act.result = undefined)),
  promotedByOtherPolicy: spoiledAct('WRONG_POLICY', ({ use, result }, life) => {
    if (use) use.policyId = `pol_${life.random.word(12)}`;
    if (result)
      result.facts.vercelPolicyId =
        life.sites.find((one) => one.projectId === result.facts.projectId)?.vercelPolicyId ?? '';
  }),
  rolledBackWithPromotion: fault((life) => {
    const deploy = staged(life);
    const act = makeAct(life, deploy, 'promote');
    if (act.event) act.event.type = 'instant-rollback-created';
    keepAct(life, act);
    if (act.event) expectChange(life, act.event, 'rollback', unrecorded(life, 'UNRECORDED_ROLLBACK'));
  }),
  cleanedAnother: fault((life) => {
    const [deploy, other] = [kept(life, 'preview'), kept(life, 'preview')];
    const act = makeAct(life, deploy, 'cleanup');
    if (act.result) act.result.facts.removed = [other.deployment.id];
    keepAct(life, act);
    if (act.event) expectChange(life, act.event, 'deletion', unrecorded(life, 'UNRECORDED_DELETION'));
  }),
  strangerAliased: fault((life) => {
    const { deployment } = strange(life, { source: 'git' });
    expectDeployment(life, deployment, life.recordsMissing.length > 0 ? 'NOT_CHECKABLE' : 'UNEXPLAINED');
    const alias = 'stranger.example.com';
    const event = makeChange(life, deployment, 'alias', { at: deployment.createdAt + 2 * MINUTE, alias });
    life.events.push(event);
    expectChange(life, event, 'alias', unrecorded(life, 'UNRECORDED_ALIAS'));
  }),
};

/** Where not all of the records could be read, nobody can say that there is none. */
export function unrecorded(life: Life, name: AuditClass): AuditClass {
  return life.recordsMissing.length > 0 ? 'NOT_CHECKABLE' : name;
}

function byHand(change: ChangeKind, name: AuditClass, make: (life: Life) => Deploy): Scene {
  return fault((life) => addChange(life, make(life), change, name, {}));
}

function addChange(
  life: Life,
  { deployment }: Deploy,
  change: ChangeKind,
  name: AuditClass,
  rest: Parameters<typeof changeWithin>[3],
): void {
  const at = deployment.createdAt + life.random.whole(15, 70) * MINUTE;
  const event = makeChange(life, deployment, change, { at, ...rest });
  life.events.push(event);
  expectChange(life, event, change, unrecorded(life, name));
}

function spoiledAct(name: AuditClass, spoil: (act: Act, life: Life) => unknown): Scene {
  return fault((life) => {
    const deploy = staged(life);
    const act = makeAct(life, deploy, 'promote');
    spoil(act, life);
    keepAct(life, act);
    const sure = name === 'WRONG_POLICY' || name === 'UNVERIFIABLE';
    if (act.event) expectChange(life, act.event, 'promotion', sure ? name : unrecorded(life, name));
  });
}
