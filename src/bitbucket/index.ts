export { issuerOfWorkspace } from './issuer.ts';
export { fetchIssuerKeys } from './issuer-keys.ts';
export { readPipeline, type PipelineDeps } from './read-pipeline.ts';
export { comparePipeline } from './compare.ts';
export type * from './types.ts';
