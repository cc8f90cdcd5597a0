import type { BitbucketAnswer, BitbucketReader } from './ask-bitbucket.ts';

/** What a token is refused, it is refused in the whole repository: thousands of questions more would hear the same. */
const OF_THE_TOKEN: readonly (number | undefined)[] = [401, 403];

/** Answers for a repository that has refused the token, without asking it again in this run. Of one scope. */
export function rememberRefusals(reader: BitbucketReader): BitbucketReader {
  const refusals = new Map<string, BitbucketAnswer>();
  return {
    ask: async (question, signal) => {
      const { repositoryUuid } = question.repository;
      const known = refusals.get(repositoryUuid);
      if (known) return known;
      const answer = await reader.ask(question, signal);
      if ('refused' in answer && OF_THE_TOKEN.includes(answer.status)) refusals.set(repositoryUuid, answer);
      return answer;
    },
  };
}
