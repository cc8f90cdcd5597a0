import type { SeenRecord } from '../types.ts';
import { createdAtOf, isKeyless, type Case } from './case.ts';
import { GRACE_MS } from './say.ts';
import type { StepQuestion } from './step-times.ts';
import type { ResultLink, World } from './types.ts';

/** The intent of a deploy that `meta` names, whatever became of it. */
export function intentOf({ meta }: Case, world: World): SeenRecord | undefined {
  const intent = meta.intent === undefined ? undefined : world.intent(meta.intent);
  return intent?.facts.phase === 'intent' && intent.facts.action === 'deploy' ? intent : undefined;
}

/** A verified intent that is of this team, project and target; with why not where it is of another. */
export function fittingIntent(of: Case, world: World): { intent?: SeenRecord; objection?: string } {
  const intent = intentOf(of, world);
  if (intent?.verdict.state !== 'verified') return {};
  const { teamId, projectId, target } = intent.facts;
  const { deployment } = of;
  if (!deployment) return {};
  if (teamId === world.scope.teamId && projectId === deployment.projectId && target === deployment.target) {
    return { intent };
  }
  return {
    objection: `The intent that meta names is of team ${teamId}, project ${projectId}, target ${target}; the deployment is of team ${world.scope.teamId}, project ${deployment.projectId}, target ${deployment.target}.`,
  };
}

/** Verified results of the record that `meta` names, by its own id or by its intent. */
export function namedResults(of: Case, world: World): readonly ResultLink[] {
  const ids = new Set([of.meta.recordId, intentOf(of, world)?.facts.recordId]);
  return [...ids].flatMap((id) => (id === undefined ? [] : world.resultsOf(id))).filter(isDeploy);
}

function isDeploy({ action }: ResultLink): boolean {
  return action === 'deploy';
}

/** The verified record that `meta` names, where that is about another deployment. */
export function foreignResult(of: Case, world: World): ResultLink | undefined {
  const results = namedResults(of, world);
  if (results.some(({ deploymentId }) => deploymentId === of.id)) return undefined;
  return results.find(({ deploymentId }) => deploymentId !== undefined);
}

/**
 * Made again on Vercel, which copies `meta`. `source` is Vercel's word; `action` in `meta` can be written by anyone, and
 * counts only together with the record of what was copied.
 */
export function isCopy(of: Case, world: World): boolean {
  if (of.deployment?.source === 'redeploy') return true;
  const { action } = of.meta;
  return (action === 'promote' || action === 'redeploy') && foreignResult(of, world) !== undefined;
}

/** The step that must have run when an unrecorded deployment was created. Undefined where `meta` names none. */
export function stepQuestion(of: Case, world: World): StepQuestion | undefined {
  const { pipeline, step } = of.meta;
  const at = createdAtOf(of);
  if (pipeline === undefined || step === undefined || at === undefined) return undefined;
  return { pipelineUuid: pipeline, stepUuid: step, at, bounded: !isCopy(of, world) };
}

/** A verified keyless intent: its token shows that this step of this pipeline had begun, whatever a later run of it shows. */
export function provingIntent(of: Case, world: World): SeenRecord | undefined {
  const { intent } = fittingIntent(of, world);
  const at = createdAtOf(of);
  if (!intent || !isKeyless(intent) || at === undefined) return undefined;
  const { pipelineUuid, stepUuid, tokenIssuedAt, tokenExpiresAt } = intent.facts;
  const { pipeline = pipelineUuid, step = stepUuid } = of.meta;
  const inLife = at >= tokenIssuedAt - GRACE_MS && at <= tokenExpiresAt + GRACE_MS;
  return pipelineUuid === pipeline && stepUuid === step && inLife ? intent : undefined;
}
