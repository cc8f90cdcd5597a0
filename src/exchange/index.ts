export { checkChain, exchange, revokeAll } from './chain.ts';
export type { ExchangeDeps, ExchangeInput } from './chain.ts';
export type * from './types.ts';
export { keepCredential } from './keep.ts';
export type { CredentialKeeper, Renewal } from './keep.ts';
