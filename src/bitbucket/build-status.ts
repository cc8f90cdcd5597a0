import { cleanText } from '../http/index.ts';
import type { Announcement, CommitPlace, Told } from './announcement.ts';
import { askRepository, describeRefusal, NOT_VALID, type BitbucketDeps, type RepositoryName } from './ask.ts';
import { isWebAddress } from './web-address.ts';

/** Bitbucket's own bound of both texts. */
const MAX_TEXT = 255;
const STATES = { pending: 'INPROGRESS', passed: 'SUCCESSFUL', failed: 'FAILED', stopped: 'STOPPED' } as const;
const HINTS: Readonly<Record<number, string>> = {
  401: NOT_VALID,
  403: 'BITBUCKET_ACCESS_TOKEN needs the scope read:repository:bitbucket',
  404: 'BITBUCKET_ACCESS_TOKEN does not reach this repository, or the commit is not in it',
};

/**
 * `POST …/commit/{commit}/statuses/build`: one of the same key is replaced. Rejects with the signal's reason alone.
 * @param refname the source branch of the pull request that the build belongs to
 */
export async function setBuildStatus(
  { commit, ...name }: CommitPlace & RepositoryName,
  { key, title, summary, state, url, inspectorUrl, pipelineUrl }: Announcement,
  refname: string | undefined,
  deps: BitbucketDeps,
  signal: AbortSignal,
): Promise<Told> {
  const json = {
    key,
    state: STATES[state],
    name: cleanText(title, MAX_TEXT),
    description: cleanText(summary, MAX_TEXT),
    url: [url, inspectorUrl].find(isWebAddress) ?? pipelineUrl,
    refname: refname === undefined ? undefined : cleanText(refname, MAX_TEXT),
  };
  const parts = ['commit', commit, 'statuses', 'build'];
  const asked = await askRepository(name, parts, deps, signal, {
    ...{ method: 'POST', json, attempts: 2, maxWaitMs: 2000 },
  });
  if ('refusal' in asked) return asked;
  const { status } = asked.reply;
  if (status === 200 || status === 201) return { done: true };
  return { refusal: describeRefusal(asked.reply, HINTS, 'took no build status') };
}
