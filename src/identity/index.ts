export { readKeySet, type IssuerKey } from './keys.ts';
export { DEFAULT_AUDIENCE, verifyIdentity, type IdentityDeps, type IdentityInput } from './verify.ts';
export type * from './types.ts';
