import { bitbucketRefusal, json } from '../reply.ts';
import type { Route } from '../router.ts';
import type { StepFacts } from '../types.ts';
import type { Access } from './access.ts';

export interface PlantedPullRequest {
  readonly id: number;
  readonly state: 'OPEN' | 'MERGED' | 'DECLINED' | 'SUPERSEDED';
}

const SCOPE = 'read:pullrequest:bitbucket';

/** `GET /2.0/repositories/{workspace}/{repository}/pullrequests/{id}`, of those that were planted. */
export function createPullRequests({ baseUrl, step, access }: { baseUrl: string; step: StepFacts; access: Access }): {
  readonly plant: (pullRequest: PlantedPullRequest) => void;
  readonly route: Route;
  readonly isPlanted: (id: string) => boolean;
} {
  const planted = new Map<string, PlantedPullRequest>();
  const route: Route = {
    method: 'GET',
    origins: [new URL(baseUrl).origin],
    path: '/2.0/repositories/:workspace/:repository/pullrequests/:id',
    query: [],
    handle(call) {
      access.check(call, SCOPE);
      const { id = '' } = call.params;
      if (!/^[1-9]\d*$/.test(id)) throw bitbucketRefusal(404, 'There is no API hosted at this URL.');
      const found = planted.get(id);
      if (!found) throw bitbucketRefusal(404, `Pull request ${id} not found`);
      return json(200, describe(found, step));
    },
  };
  return {
    plant: (pullRequest) => void planted.set(String(pullRequest.id), pullRequest),
    route,
    isPlanted: (id) => planted.has(id),
  };
}

function describe({ id, state }: PlantedPullRequest, { repositoryUuid, workspace, repositorySlug }: StepFacts): object {
  const repository = { type: 'repository', uuid: repositoryUuid, full_name: `${workspace}/${repositorySlug}` };
  return {
    type: 'pullrequest',
    id,
    title: `Change ${String(id)}`,
    state,
    source: { branch: { name: `feature/${String(id)}` }, commit: { hash: 'abcdef012345' }, repository },
    destination: { branch: { name: 'main' }, commit: { hash: '012345abcdef' }, repository },
    created_on: '2026-11-20T09:00:00.000000+00:00',
    updated_on: '2026-11-25T09:00:00.000000+00:00',
    links: {},
  };
}
