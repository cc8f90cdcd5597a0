import type { ChangeKind } from '../../src/audit/types.ts';
import { describeDeployment, makeUse, principalOf, type Deploy } from './deploys.ts';
import type { DraftDeployment, DraftEvent, DraftRecord } from './drafts.ts';
import { MINUTE, SECOND, type Life, type Site } from './life.ts';
import { makeRecord, type Signing } from './records.ts';
import { endRun, keepRun, startRun, type Run } from './runs.ts';

/** A run of the pipe that changes something about a deployment that is there: a promotion, a rollback, a cleanup. */
export interface Act {
  readonly run: Run;
  readonly intent: DraftRecord;
  result: DraftRecord | undefined;
  event: DraftEvent | undefined;
  use: DraftEvent | undefined;
}

const TYPES: Readonly<Record<ChangeKind, string>> = {
  promotion: 'manual-deployment-promotion-created',
  rollback: 'instant-rollback-created',
  alias: 'alias',
  deletion: 'deployment-delete',
  undeletion: 'deployment-undeleted',
};

/** Some time after the deployment was made, by a pipeline of its repository. */
export function makeAct(
  life: Life,
  { deployment, site }: { deployment: DraftDeployment; site: Site },
  action: 'promote' | 'rollback' | 'cleanup',
  signing: Signing = 'managed',
): Act {
  const { random, scope } = life;
  const at = Math.max(deployment.createdAt, scope.since) + random.whole(20, 60) * MINUTE;
  const run = startRun(life, { site, at });
  const target = action === 'cleanup' ? 'preview' : 'production';
  const plan = { action, target, signing } as const;
  const about = action === 'cleanup' ? { removed: [deployment.id] } : { actsOn: deployment.id };
  const intentAt = run.startedAt + random.whole(1, 5) * SECOND;
  const wanted = action === 'cleanup' ? { removed: [] } : about;
  const intent = makeRecord(life, run, { ...plan, ...wanted, phase: 'intent', signedAt: intentAt });
  const doneAt = intentAt + random.whole(1, 9) * SECOND;
  const signedAt = doneAt + random.whole(1, 5) * SECOND;
  const result = makeRecord(life, run, {
    ...{ ...plan, ...about, phase: 'result', recordId: intent.facts.recordId, outcome: 'done' },
    ...{ intentDigest: intent.payloadDigest, signedAt, deployedAt: doneAt },
    ...(action === 'cleanup' ? {} : { deployment: moved(deployment) }),
  });
  endRun(life, run, signedAt);
  const change = action === 'promote' ? 'promotion' : action === 'rollback' ? 'rollback' : 'deletion';
  const [tokenId, appId] = [`tok_${random.word(16)}`, `app_${random.word(10)}`];
  const by = { tokenId, principalId: appId, principalType: 'app', principalName: 'vercel-oidc-deploy' };
  const event = makeChange(life, deployment, change, { at: doneAt - random.whole(0, 900), ...by });
  const use = makeUse(life, { tokenId, appId, at: intentAt - 500, target, site });
  return { run, intent, result, event, use };
}

/** What a promotion says of the deployment: who made it, it does not. */
function moved(deployment: DraftDeployment): ReturnType<typeof describeDeployment> {
  const described = describeDeployment(deployment);
  delete described.origin;
  return { ...described, readySubstate: 'PROMOTED' };
}

/** An event of a change; by a person where nobody is named. */
export function makeChange(
  life: Life,
  deployment: DraftDeployment,
  change: ChangeKind,
  rest: Partial<DraftEvent> & { readonly at: number },
): DraftEvent {
  const { random } = life;
  const person = random.pick(life.people);
  return {
    ...{ id: `uev_${random.word(20)}`, type: TYPES[change], deploymentId: deployment.id },
    projectId: deployment.projectId,
    ...{ principalId: person.vercelId, principalType: 'user', principalName: person.name },
    requestId: random.word(12),
    ...rest,
  };
}

/** The same within the run that made the deployment: by its token. */
export function changeWithin(
  life: Life,
  deploy: Deploy,
  change: ChangeKind,
  rest: Partial<DraftEvent> = {},
): DraftEvent {
  const { deployment, result, tokenId } = deploy;
  const signedAt = result?.facts.signedAt ?? deployment.createdAt;
  const at = Math.max(deployment.createdAt, signedAt - life.random.whole(0, 3) * SECOND);
  return makeChange(life, deployment, change, { at, ...principalOf(life, deployment), tokenId, ...rest });
}

/** From now on everyone knows of it. */
export function keepAct(life: Life, { run, intent, result, event, use }: Act): void {
  keepRun(life, run);
  life.records.push(intent);
  if (result) life.records.push(result);
  for (const one of [use, event]) if (one) life.events.push(one);
}
