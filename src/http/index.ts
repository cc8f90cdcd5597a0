export { createHttpClient } from './client.ts';
export { isNetworkFault, isTransient, withRetry } from './retry.ts';
export { readRetryDelay } from './retry-after.ts';
export { cleanText, describeReply, isWebPage, readServerError, tellValue } from './server-error.ts';
export type * from './types.ts';
