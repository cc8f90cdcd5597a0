export { exchange, reachKey, revokeAll, type ExchangeDeps, type ExchangeInput } from './chain.ts';
export { checkChain } from './check-chain.ts';
export { findChainFaults } from './fit.ts';
export { keepCredential, type CredentialKeeper, type Renewal } from './keep.ts';
export type * from './config.ts';
export type * from './types.ts';
