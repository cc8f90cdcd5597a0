import { askRepository, describeRefusal, NOT_VALID, toBraces, type BitbucketDeps } from './ask.ts';
import { toPipeline } from './to-pipeline.ts';
import type { PipelineAnswer, PipelineName } from './types.ts';

/**
 * `GET /2.0/repositories/{workspace}/{repository}/pipelines/{pipeline}`: the one read of the pipeline. A refusal is an
 * answer too, because only a grant that lists actors needs more. Rejects with the signal's reason alone.
 */
export async function readPipeline(
  name: PipelineName,
  deps: BitbucketDeps,
  signal: AbortSignal,
): Promise<PipelineAnswer> {
  const asked = await askRepository(name, ['pipelines', toBraces(name.pipelineUuid)], deps, signal);
  if ('refusal' in asked) return asked;
  const { reply } = asked;
  return reply.status === 200 ? toPipeline(reply.body, name) : { refusal: describeRefusal(reply, HINTS) };
}

const HINTS: Readonly<Record<number, string>> = {
  401: NOT_VALID,
  403: 'BITBUCKET_ACCESS_TOKEN needs the scope read:pipeline:bitbucket',
  404: 'BITBUCKET_ACCESS_TOKEN does not reach this repository, or the pipeline is gone',
};
