export { issuerOfWorkspace } from './issuer.ts';
export { fetchIssuerKeys } from './issuer-keys.ts';
export { describeRefusal, findStranger, pathOf, type BitbucketDeps, type RepositoryName } from './ask.ts';
export { toPipeline } from './to-pipeline.ts';
export { readPipeline } from './read-pipeline.ts';
export {
  readOtherPipeline,
  readPullRequest,
  type Known,
  type OtherPipeline,
  type PullRequestState,
} from './read-work.ts';
export { comparePipeline } from './compare.ts';
export { putReport } from './report.ts';
export { setBuildStatus } from './build-status.ts';
export { keepComment } from './comment.ts';
export type * from './announcement.ts';
export type * from './types.ts';
