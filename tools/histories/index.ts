export { createRandom } from './random.ts';
export { makeHistory } from './history.ts';
export { SCENES } from './scenes/index.ts';
export { isListed, rowKey } from './types.ts';
export type { ExpectedRow, History, HistoryOptions } from './types.ts';
