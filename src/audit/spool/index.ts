export { BUCKETS, bucketOf, OF_FILE, readBuckets } from './buckets.ts';
export { KeyTable, type KeyTableData } from './key-table.ts';
export { openIndex } from './lookup.ts';
export { PlaceList, type PlaceListData } from './place-list.ts';
export { PlaceReader } from './place-reader.ts';
export { openSpool } from './spool.ts';
export type * from './types.ts';
