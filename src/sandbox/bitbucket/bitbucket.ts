import type { Route } from '../router.ts';
import type { StepFacts } from '../types.ts';
import { createAccess, type Tokens } from './access.ts';
import { createComments, type PlantedComment, type StoredComment } from './comments.ts';
import { createDownloads, type Download } from './downloads.ts';
import { createPipelines } from './pipelines.ts';
import { createPullRequests } from './pull-requests.ts';
import { limitRate } from './rate-limit.ts';
import { createReports, type StoredReport } from './reports.ts';
import { createRepositories } from './repositories.ts';
import { createStatuses, type StoredStatus } from './statuses.ts';
import type { BitbucketOptions, PlantedPipeline, PlantedPullRequest, PlantedRepository, PlantedStep } from './types.ts';

const MINUTE_MS = 60_000;

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
  /** Another repository of the workspace, and the access token that is of it alone. */
  plantRepository(repository: PlantedRepository): { readonly accessToken: string };
  /** Another pipeline than the step's, or another state of one. */
  plantPipeline(pipeline: PlantedPipeline): void;
  /** A step, or another state of one; of a pipeline that need not be there yet. */
  plantStep(step: PlantedStep): void;
  /** A pull request, or another state of it. */
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
  readonly options: BitbucketOptions;
  readonly now: () => number;
}

export function createBitbucket({ baseUrl, uploadsUrl, step, overrides, options, now }: BitbucketDeps): {
  readonly bitbucket: BitbucketSandbox;
  readonly routes: readonly Route[];
  readonly proxyToken: string;
} {
  const repositories = createRepositories(step);
  const access = createAccess(step, repositories);
  const { downloads, routes } = createDownloads({ baseUrl, uploadsUrl, access, now });
  const stepStartedAt = options.stepStartedAt ?? now() - MINUTE_MS;
  const pipelines = createPipelines({ baseUrl, step, access, repositories, overrides, options, stepStartedAt });
  const pullRequests = createPullRequests({ baseUrl, step, access, repositories, options });
  const { reports, routes: reportRoutes } = createReports({ baseUrl, access });
  const { statuses, route: statusRoute } = createStatuses({ baseUrl, access });
  const comments = createComments({ baseUrl, access, isPullRequest: pullRequests.isPlanted });
  const all = [
    ...pipelines.routes,
    ...pullRequests.routes,
    statusRoute,
    ...routes,
    ...reportRoutes,
    ...comments.routes,
  ];
  return {
    bitbucket: {
      ...access.tokens,
      ...{ downloads, reports, statuses, comments: comments.comments },
      plantRepository(planted) {
        repositories.add(planted);
        return { accessToken: access.issue(planted.uuid) };
      },
      plantPipeline: pipelines.plant,
      plantStep: pipelines.plantStep,
      plantPullRequest: pullRequests.plant,
      plantComment: comments.plant,
    },
    routes: limitRate(all, options, now),
    proxyToken: access.proxyToken,
  };
}
