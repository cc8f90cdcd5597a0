export { BUCKETS, bucketOf } from './buckets.ts';
export { KeyTable } from './key-table.ts';
export { openSpool } from './spool.ts';
export type * from './types.ts';
