import type { Route } from '../router.ts';
import type { StepFacts } from '../types.ts';
import { createAccess, type Tokens } from './access.ts';
import { createComments, type PlantedComment, type StoredComment } from './comments.ts';
import { createDownloads, type Download } from './downloads.ts';
import { createPipelines, type PlantedPipeline } from './pipelines.ts';
import { createPullRequests, type PlantedPullRequest } from './pull-requests.ts';
import { createReports, type StoredReport } from './reports.ts';
import { createStatuses, type StoredStatus } from './statuses.ts';

/**
 * Bitbucket's REST API as far as a pipe asks it, for who has an access token: pipelines, pull requests and their comments,
 * reports and build statuses on commits, and a repository's downloads.
 */
export interface BitbucketSandbox extends Tokens {
  /** In the order of upload. */
  readonly downloads: readonly Download[];
  /** Code Insights, in the order of their first appearance. */
  readonly reports: readonly StoredReport[];
  readonly statuses: readonly StoredStatus[];
  readonly comments: readonly StoredComment[];
  /** Another pipeline of the repository than the step's. */
  plantPipeline(pipeline: PlantedPipeline): void;
  /** A pull request of the repository, or another state of it. */
  plantPullRequest(pullRequest: PlantedPullRequest): void;
  /** A comment of a pull request that is planted. */
  plantComment(comment: PlantedComment): void;
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
  readonly proxyToken: string;
} {
  const access = createAccess(step);
  const { downloads, routes } = createDownloads({ baseUrl, uploadsUrl, access, now });
  const pipelines = createPipelines({ baseUrl, step, access, overrides });
  const pullRequests = createPullRequests({ baseUrl, step, access });
  const { reports, routes: reportRoutes } = createReports({ baseUrl, access });
  const { statuses, route: statusRoute } = createStatuses({ baseUrl, access });
  const comments = createComments({ baseUrl, access, isPullRequest: pullRequests.isPlanted });
  return {
    bitbucket: {
      ...access.tokens,
      ...{ downloads, reports, statuses, comments: comments.comments },
      plantPipeline: pipelines.plant,
      plantPullRequest: pullRequests.plant,
      plantComment: comments.plant,
    },
    routes: [pipelines.route, pullRequests.route, statusRoute, ...routes, ...reportRoutes, ...comments.routes],
    proxyToken: access.proxyToken,
  };
}
