export { checkChain, exchange, revokeAll } from './chain.ts';
export type { ExchangeDeps, ExchangeInput } from './chain.ts';
export type * from './types.ts';
