import type { SeenRecord } from '../../types.ts';
import { createdAtOf, isKeyless, type Case } from '../case.ts';
import { bad, fine, lacking, none, short, unseen, word, type Said } from '../say.ts';
import { askStep, type StepQuestion } from '../step-times.ts';
import type { World } from '../types.ts';
import { tookOver } from './deployment.ts';

/**
 * The step that the record names must have run. Of a keyless record its token shows that; who holds another key can
 * name any step. Bitbucket is asked where a stored key signed for production; what it said is used for all.
 */
export function stepRan(of: Case, record: SeenRecord, world: World): Said {
  const { pipelineUuid, stepUuid } = record.facts;
  if (isKeyless(record)) {
    return fine('step', `Bitbucket's token, which the signature is bound to, names step ${word(stepUuid)}.`);
  }
  const isAsked = asksForSteps(record);
  if (!isAsked && 'unknown' in world.steps(pipelineUuid)) {
    return none('step', 'Bitbucket is asked only for production by a stored key.');
  }
  const { state, found } = askStep(stepOfRecord(of, record), world);
  if (state === 'ran') return fine('step', found);
  if (state === 'open') return isAsked ? lacking('step', found) : unseen('step', found);
  return bad('step', 'FORGED_LINK', [`The record names a step that can not have made it. ${found}`]);
}

/** Whoever holds a stored key can name any step: for production Bitbucket is asked. */
export function asksForSteps({ verdict, facts }: SeenRecord): boolean {
  return verdict.state === 'verified' && verdict.assurance === 'static-key' && facts.target === 'production';
}

/** Which step must have run, and when, if the record says the truth. */
export function stepOfRecord(of: Case, { facts }: SeenRecord): StepQuestion {
  const { pipelineUuid, stepUuid, stepRunNumber, deployment, deployedAt, signedAt } = facts;
  // What was taken over is older than the step that did so.
  const own = createdAtOf(of) ?? deployment?.createdAt ?? signedAt;
  const at = tookOver(deployment?.origin) ? (deployedAt ?? signedAt) : own;
  const run = /^\d{1,6}$/.test(stepRunNumber ?? '') ? Number(stepRunNumber) : 1;
  return { pipelineUuid, stepUuid, at, bounded: true, run };
}

export function signedBy({ verdict, facts }: SeenRecord): Said {
  if (verdict.state !== 'verified') return none('signature', 'Not verified.');
  const carried = verdict.carried ? ', as the earlier checkpoint has proved' : '';
  return fine('signature', `Good, by ${short(verdict.keyId)} (${facts.signerMode}), ${verdict.assurance}${carried}.`);
}
