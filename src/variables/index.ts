export { parseVariables } from './parse.ts';
export { nameTarget } from './target.ts';
export type { Environment } from './decode.ts';
export type * from './types.ts';
