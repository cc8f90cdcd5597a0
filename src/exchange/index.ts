export { checkChain, exchange, revokeAll, type ExchangeDeps, type ExchangeInput } from './chain.ts';
export { findChainFaults } from './fit.ts';
export { HOP_NAMES } from './hops.ts';
export { keepCredential, type CredentialKeeper, type Renewal } from './keep.ts';
export type * from './config.ts';
export type * from './types.ts';
