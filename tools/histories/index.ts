export { isListed, rowKey } from './types.ts';
export type { ExpectedRow, History, HistoryOptions } from './types.ts';
