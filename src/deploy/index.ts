export { deploy } from './deploy.ts';
export type { DeployDeps, Deployed, DeployInput } from './deploy.ts';
export { buildManifest } from './manifest.ts';
export { resolveInRoot } from './paths.ts';
export { planOutput } from './plan.ts';
export type { OutputPlan } from './plan.ts';
