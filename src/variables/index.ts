export { chooseDeployment, type DeploymentChoice } from './deployment.ts';
export { parseVariables } from './parse.ts';
export { resolveInside } from './paths.ts';
export { VARIABLES } from './table.ts';
export { nameTarget } from './target.ts';
export type { Environment } from './decode.ts';
export type * from './types.ts';
