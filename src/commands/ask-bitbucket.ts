import { comparePipeline, readPipeline, type PipelineAnswer } from '../bitbucket/index.ts';
import { elapsedSince } from '../elapsed.ts';
import type { VerifiedIdentity } from '../identity/types.ts';
import type { Actor, Policy } from '../policy/types.ts';
import type { Run } from './run.ts';
import type { Story } from './story.ts';

/** Resolves when `story.pipeline` is filled. */
export type Asked = Promise<void>;

/**
 * Asks Bitbucket for the pipeline that the verified token names, where the step has an access token. It goes on beside
 * the exchange; only a policy with a grant that lists actors waits for it.
 */
export function askBitbucket(run: Run, story: Story, identity: VerifiedIdentity): Asked {
  const asked = ask(run, story, identity);
  // Awaited later; until then a rejection must not end the process.
  asked.catch(() => undefined);
  return asked;
}

async function ask(run: Run, story: Story, identity: VerifiedIdentity): Promise<void> {
  const { config, platform, http, signal } = run;
  const { bitbucketToken: accessToken, bitbucketApiUrl: apiUrl } = config;
  if (!accessToken) return;
  const startedAt = platform.clock.now();
  const answer = await readPipeline(identity, { http, clock: platform.clock, apiUrl, accessToken }, signal);
  story.pipeline = answer;
  if ('refusal' in answer) {
    platform.log.warn(`Who started this pipeline is not known, nor is its commit verified. ${answer.refusal}`);
    return;
  }
  const { buildNumber, trigger, actor } = answer.pipeline;
  const told = `build ${String(buildNumber ?? 'unknown')} by ${trigger ?? 'unknown'}, started by: ${actor}`;
  platform.log.done('bitbucket', told, elapsedSince(platform.clock, startedAt));
  for (const warning of comparePipeline(answer.pipeline, config.build)) platform.log.warn(warning);
}

/** True where some grant must know who acts. */
export function needsActor(policy: Policy | undefined): boolean {
  return policy?.grants.some(({ require }) => require.actors !== undefined) === true;
}

export function actorOf(answer: PipelineAnswer | undefined): Actor {
  return answer && 'pipeline' in answer ? answer.pipeline.actor : 'unknown';
}
