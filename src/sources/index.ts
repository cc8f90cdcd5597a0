export { readLayer } from './layer.ts';
export { readPolicyText } from './policy-text.ts';
export type * from './types.ts';
