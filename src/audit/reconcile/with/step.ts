import type { SeenEvent, SeenRecord } from '../../types.ts';
import { createdAtOf, isKeyless, type Case } from '../case.ts';
import { changesProduction, type ToldChange } from '../change-record.ts';
import { bad, fine, lacking, none, short, unseen, word, type Said } from '../say.ts';
import { askStep, type StepQuestion } from '../step-times.ts';
import type { World } from '../types.ts';
import { tookOver } from './deployment.ts';

/**
 * The step that the record names must have run. Of a keyless record its token shows that; who holds another key can
 * name any step. Bitbucket is asked where a stored key signed for production; what it said is used for all.
 */
export function stepRan(of: Case, record: SeenRecord, world: World): Said {
  return ranThen(record, stepOfRecord(of, record), asksForSteps(record), world);
}

/** The same of an act, at the time of what it did. */
export function actRan(change: ToldChange, record: SeenRecord, world: World): Said {
  return ranThen(record, stepOfAct(change.event, record), asksForStepOfAct(change, record), world);
}

/** The same of what a deploy did in passing. Bitbucket is asked for what it is asked for by the deployment's row. */
export function passingRan(event: SeenEvent, record: SeenRecord, world: World): Said {
  return ranThen(record, stepOfAct(event, record), asksForSteps(record), world);
}

function ranThen(record: SeenRecord, question: StepQuestion, isAsked: boolean, world: World): Said {
  const { pipelineUuid, stepUuid } = record.facts;
  if (isKeyless(record)) {
    return fine('step', `Bitbucket's token, which the signature is bound to, names step ${word(stepUuid)}.`);
  }
  if (!isAsked && 'unknown' in world.steps(pipelineUuid)) {
    return none('step', 'Bitbucket is asked only for production by a stored key.');
  }
  const { state, found } = askStep(question, world);
  if (state === 'ran') return fine('step', found);
  if (state === 'open') return isAsked ? lacking('step', found) : unseen('step', found);
  return bad('step', 'FORGED_LINK', [`The record names a step that can not have made it. ${found}`]);
}

/** Whoever holds a stored key can name any step: for production Bitbucket is asked. */
export function asksForSteps(record: SeenRecord): boolean {
  return isStored(record) && record.facts.target === 'production';
}

/** The record's own word on its target can be a lie: that of a name says nothing of whose the name is. */
export function asksForStepOfAct(change: ToldChange, record: SeenRecord): boolean {
  return isStored(record) && (change.kind === 'alias' || changesProduction(change, record));
}

function isStored({ verdict }: SeenRecord): boolean {
  return verdict.state === 'verified' && verdict.assurance === 'static-key';
}

/** Which step must have run, and when, if the record says the truth. */
export function stepOfRecord(of: Case, record: SeenRecord): StepQuestion {
  const { deployment, deployedAt, signedAt } = record.facts;
  // What was taken over is older than the step that did so.
  const own = createdAtOf(of) ?? deployment?.createdAt ?? signedAt;
  return stepAt(tookOver(deployment?.origin) ? (deployedAt ?? signedAt) : own, record);
}

export function stepOfAct({ at }: SeenEvent, record: SeenRecord): StepQuestion {
  return stepAt(at, record);
}

function stepAt(at: number, { facts }: SeenRecord): StepQuestion {
  const { pipelineUuid, stepUuid, stepRunNumber } = facts;
  const run = /^\d{1,6}$/.test(stepRunNumber ?? '') ? Number(stepRunNumber) : 1;
  return { pipelineUuid, stepUuid, at, bounded: true, run };
}

export function signedBy({ verdict, facts }: SeenRecord): Said {
  if (verdict.state !== 'verified') return none('signature', 'Not verified.');
  const carried = verdict.carried ? ', as the earlier checkpoint has proved' : '';
  return fine('signature', `Good, by ${short(verdict.keyId)} (${facts.signerMode}), ${verdict.assurance}${carried}.`);
}
