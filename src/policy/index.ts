export { decideAccess, judgeAccess, type Decision, type Verdict } from './decide.ts';
export { policyWarnings } from './expiry.ts';
export { explainGrant } from './explain.ts';
export { parsePolicy } from './parse.ts';
export type * from './types.ts';
