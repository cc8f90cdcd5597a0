export { createHttpClient } from './client.ts';
export { isTransient } from './retry.ts';
export type * from './types.ts';
