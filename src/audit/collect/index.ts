export { createBitbucketAsker } from './bitbucket-asker.ts';
export { createCarriedAnswers, type CarriedAnswers } from './carried-answers.ts';
export { createDeploymentAsker } from './deployment-asker.ts';
export { collectPipelines } from './pipelines.ts';
export { readProjectNames } from './projects.ts';
export { createReviewLists } from './review-lists.ts';
export { SPOOLED } from './types.ts';
export type * from './types.ts';
export { collectVercel } from './vercel.ts';
