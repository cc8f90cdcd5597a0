import type { Route } from '../router.ts';
import type { StepFacts } from '../types.ts';
import { createAccess, type Tokens } from './access.ts';
import { createDownloads, type Download } from './downloads.ts';
import { createPipelines, type PlantedPipeline } from './pipelines.ts';
import { createPullRequests, type PlantedPullRequest } from './pull-requests.ts';

/**
 * Bitbucket's REST API as far as a pipe asks it, for who has an access token: pipelines, pull requests, and a
 * repository's downloads.
 */
export interface BitbucketSandbox extends Tokens {
  /** In the order of upload. */
  readonly downloads: readonly Download[];
  /** Another pipeline of the repository than the step's. */
  plantPipeline(pipeline: PlantedPipeline): void;
  /** A pull request of the repository, or another state of it. */
  plantPullRequest(pullRequest: PlantedPullRequest): void;
}

interface BitbucketDeps {
  readonly baseUrl: string;
  /** Where Bitbucket keeps the files that were uploaded. */
  readonly uploadsUrl: string;
  readonly step: StepFacts;
  readonly overrides: Readonly<Record<string, unknown>>;
  readonly now: () => number;
}

export function createBitbucket({ baseUrl, uploadsUrl, step, overrides, now }: BitbucketDeps): {
  readonly bitbucket: BitbucketSandbox;
  readonly routes: readonly Route[];
} {
  const access = createAccess(step);
  const { downloads, routes } = createDownloads({ baseUrl, uploadsUrl, access, now });
  const pipelines = createPipelines({ baseUrl, step, access, overrides });
  const pullRequests = createPullRequests({ baseUrl, step, access });
  return {
    bitbucket: {
      ...access.tokens,
      downloads,
      plantPipeline: pipelines.plant,
      plantPullRequest: pullRequests.plant,
    },
    routes: [pipelines.route, pullRequests.route, ...routes],
  };
}
