import type { SeenRecord } from '../../types.ts';
import { createdAtOf, isKeyless, type Case } from '../case.ts';
import { bad, fine, lacking, none, short, type Said } from '../say.ts';
import { askStep, type StepQuestion } from '../step-times.ts';
import type { World } from '../types.ts';
import { tookOver } from './deployment.ts';

/** The step that the record names must have run. Of a keyless record its token shows that. */
export function stepRan(of: Case, record: SeenRecord, world: World): Said {
  const { stepUuid } = record.facts;
  if (isKeyless(record))
    return fine('step', `Bitbucket's token, which the signature is bound to, names step ${stepUuid}.`);
  const question = stepOfRecord(of, record);
  if (!question) return none('step', 'Only asked for production by a stored key.');
  const { state, found } = askStep(question, world);
  if (state === 'ran') return fine('step', found);
  return state === 'open'
    ? lacking('step', found)
    : bad('step', 'FORGED_LINK', [`The record names a step that can not have made it. ${found}`]);
}

/** Whoever holds a stored key can name any step: for production Bitbucket is asked. */
export function stepOfRecord(of: Case, { verdict, facts }: SeenRecord): StepQuestion | undefined {
  if (verdict.state !== 'verified' || verdict.assurance !== 'static-key' || facts.target !== 'production')
    return undefined;
  const { pipelineUuid, stepUuid, stepRunNumber, deployment, deployedAt, signedAt } = facts;
  // What was taken over is older than the step that did so.
  const at = tookOver(deployment?.origin)
    ? (deployedAt ?? signedAt)
    : (createdAtOf(of) ?? deployment?.createdAt ?? signedAt);
  const run = /^\d{1,6}$/.test(stepRunNumber ?? '') ? Number(stepRunNumber) : undefined;
  return { pipelineUuid, stepUuid, at, bounded: true, ...(run === undefined ? {} : { run }) };
}

export function signedBy({ verdict, facts }: SeenRecord): Said {
  if (verdict.state !== 'verified') return none('signature', 'Not verified.');
  const carried = verdict.carried ? ', as the earlier checkpoint has proved' : '';
  return fine('signature', `Good, by ${short(verdict.keyId)} (${facts.signerMode}), ${verdict.assurance}${carried}.`);
}
