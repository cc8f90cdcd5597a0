import type { PipelineAnswer } from '../bitbucket/types.ts';
import type { AssertedBuild } from '../variables/types.ts';
import { present } from './present.ts';
import type { RecordedBuild, RecordedPipeline } from './predicate.ts';

const FULL_NAME = /^[\w.-]+\/[\w.-]+$/;
const NUMBER = /^\d{1,12}$/;

/** What the environment said, with the page that it leads to. */
export function describeBuild({ pullRequestId, ...build }: AssertedBuild): RecordedBuild {
  const { repositoryFullName = '', buildNumber = '' } = build;
  const found = FULL_NAME.test(repositoryFullName) && NUMBER.test(buildNumber);
  return {
    ...build,
    ...present('prId', pullRequestId),
    ...present(
      'runUrl',
      found ? `https://bitbucket.org/${repositoryFullName}/pipelines/results/${buildNumber}` : undefined,
    ),
  };
}

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
