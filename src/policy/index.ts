export { decideAccess, type Decision } from './decide.ts';
export { policyWarnings } from './expiry.ts';
export { parsePolicy } from './parse.ts';
export type * from './types.ts';
