import type { PipelineAnswer } from '../bitbucket/types.ts';
import { present } from './present.ts';
import type { RecordedPipeline } from './predicate.ts';

/** What Bitbucket's API said, or why it said nothing: then the actor is unknown. */
export function describePipeline(answer: PipelineAnswer): RecordedPipeline {
  if ('refusal' in answer) return { actor: 'unknown', refusal: answer.refusal };
  const { actor, uuid, buildNumber, commit, ref, trigger, creator } = answer.pipeline;
  return {
    actor,
    uuid,
    ...present('buildNumber', buildNumber),
    ...present('commit', commit),
    ...present('ref', ref),
    ...present('trigger', trigger),
    ...present('creator', creator && { kind: creator.kind, ...present('uuid', creator.uuid) }),
  };
}
