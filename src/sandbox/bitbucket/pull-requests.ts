import { bitbucketRefusal, json, type Reply } from '../reply.ts';
import type { Call, Route } from '../router.ts';
import type { StepFacts } from '../types.ts';
import type { Access } from './access.ts';
import { expectCommit } from './checks.ts';
import { PAGE, pageReply, readPage } from './pages.ts';
import { LIST_QUERY, listPullRequests } from './pull-request-list.ts';
import { nameOnly, viewListed, viewPeople } from './pull-request-view.ts';
import type { Repositories, Repository } from './repositories.ts';
import type { BitbucketOptions, PlantedPullRequest } from './types.ts';

interface PullRequestDeps {
  readonly baseUrl: string;
  readonly step: StepFacts;
  readonly access: Access;
  readonly repositories: Repositories;
  readonly options: BitbucketOptions;
}

const SCOPE = 'read:pullrequest:bitbucket';
/** The one list that is longer where nothing is said. */
const USUAL_LENGTH = 30;

/** Pull requests that were planted: by number, those of a repository, and those that a commit was reviewed in. */
export function createPullRequests({ baseUrl, step, access, repositories, options }: PullRequestDeps): {
  readonly plant: (pullRequest: PlantedPullRequest) => void;
  readonly routes: readonly Route[];
  /** In the step's repository. */
  readonly isPlanted: (id: string) => boolean;
} {
  function show(call: Call): Reply {
    const { repository } = access.enter(call, SCOPE);
    const { id = '' } = call.params;
    if (!/^[1-9]\d*$/.test(id)) throw bitbucketRefusal(404, 'There is no API hosted at this URL.');
    const found = repository.pullRequests.get(id);
    if (!found) throw bitbucketRefusal(404, `Pull request ${id} not found`);
    return json(200, { ...viewListed(found, step, repository), ...viewPeople(found) });
  }

  function list(call: Call): Reply {
    const { repository } = access.enter(call, SCOPE);
    return listPullRequests(call, { step, repository, options });
  }

  /** The API tells of each no more than what it is called: who wants more asks by number. */
  function listOfCommit(call: Call): Reply {
    const { repository } = access.enter(call, SCOPE);
    const paged = readPage(call, USUAL_LENGTH);
    const { pullRequestLinks = 'installed' } = options;
    if (pullRequestLinks === 'missing') {
      const message = 'The Pull Request Commit Links app is not installed: no pull request is linked to a commit.';
      throw bitbucketRefusal(404, message);
    }
    if (pullRequestLinks === 'indexing') {
      return { ...pageReply(call, paged, { values: [], size: 0 }, options), status: 202 };
    }
    const all = repository.reviewed.get(expectCommit(call)) ?? [];
    const values = all.slice(paged.start, paged.end).map(nameOnly);
    return pageReply(call, paged, { values, size: all.length }, options);
  }

  const origins = [new URL(baseUrl).origin];
  const path = '/2.0/repositories/:workspace/:repository';
  return {
    plant: (pullRequest) => store(repositories.need(pullRequest.repository), pullRequest),
    isPlanted: (id) => repositories.own.pullRequests.has(id),
    routes: [
      { method: 'GET', origins, path: `${path}/pullrequests`, query: LIST_QUERY, handle: list },
      { method: 'GET', origins, path: `${path}/pullrequests/:id`, query: [], handle: show },
      { method: 'GET', origins, path: `${path}/commit/:commit/pullrequests`, query: PAGE, handle: listOfCommit },
    ],
  };
}

function store({ pullRequests, reviewed }: Repository, planted: PlantedPullRequest): void {
  pullRequests.set(String(planted.id), planted);
  const { mergeCommit, commits = [] } = planted;
  for (const commit of mergeCommit === undefined ? commits : [...commits, mergeCommit]) {
    const others = reviewed.get(commit);
    if (!others) reviewed.set(commit, [planted.id]);
    else if (!others.includes(planted.id)) others.push(planted.id);
  }
}
