import { createReviewLists, SPOOLED } from '../../../src/audit/collect/index.ts';
import { Find, judgeText } from '../support/judge.ts';
import { memorySpool } from '../support/memory-spool.ts';
import { HOP_TOKEN } from '../support/secrets.ts';
import { defineTarget } from '../support/target.ts';
import { hostileReplies, hostileWorld, never, type Hostile } from '../support/world.ts';

const UUID = '11111111-1111-4111-8111-111111111111';
const API = 'https://api.bitbucket.org';
const NAME = {
  issuer: `${API}/2.0/workspaces/acme/pipelines-config/identity/oidc`,
  ...{ workspaceUuid: `{${UUID}}`, repositoryUuid: `{${UUID}}` },
};
const COMMITS = ['4b825dc642cb6eb9a060e54bf8d69288fbee4904', 'a'.repeat(40), 'b'.repeat(40)];
const MERGES = COMMITS.map((commit, index) => ({
  ...{ id: 7 + index, state: 'MERGED', updated_on: '2026-11-20T09:00:00.000000+00:00' },
  ...{ merge_commit: { hash: commit.slice(0, 12) }, author: { display_name: 'Ada' } },
  created_on: '2026-11-19T09:00:00.000000+00:00',
  participants: [
    {
      approved: true,
      participated_on: '2026-11-19T10:00:00.000000+00:00',
      user: { display_name: 'Bob', uuid: `{${UUID}}` },
    },
  ],
}));
const NEXT = `${API}/2.0/repositories/%7B${UUID}%7D/%7B${UUID}%7D/pullrequests?page=2`;
const SCOPE = { teamId: 'team_x', projectIds: [], since: Date.UTC(2026, 10, 1), until: Date.UTC(2026, 11, 1) };

/** What a list settles is a review by a number, in words that can be shown. */
export const mergedLists = defineTarget<readonly Hostile[]>({
  name: 'merged-lists',
  runs: 1500,
  inputs: hostileReplies([{ values: MERGES }, { values: MERGES.slice(1), next: NEXT }], 3),
  async run(replies) {
    const world = hostileWorld(replies);
    const pipelines = COMMITS.map((commit) => ({ uuid: UUID, repositoryUuid: UUID, commit }));
    const { http, clock, log } = world;
    const deps = { http, clock, log, apiUrl: API, accessToken: HOP_TOKEN };
    const spool = memorySpool({ [SPOOLED.pipelines]: pipelines });
    const lists = createReviewLists([NAME], SCOPE, deps, spool, never());
    for (const commit of COMMITS) {
      const review = await lists.find(UUID, commit);
      if (!review) continue;
      const { pullRequest, author = '', approvals } = review;
      if (!Number.isSafeInteger(pullRequest) || pullRequest < 1) throw new Find('a review of no number');
      for (const name of [author, ...approvals.map(({ by }) => by)]) judgeText(name);
    }
    world.settle();
  },
});
