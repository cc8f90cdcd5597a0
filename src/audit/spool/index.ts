export { BUCKETS, bucketOf } from './buckets.ts';
export { openSpool } from './spool.ts';
export type * from './types.ts';
