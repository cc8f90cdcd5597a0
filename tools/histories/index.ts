export { createRandom } from './random.ts';
export { makeHistory } from './history.ts';
export { SCENES } from './scenes/index.ts';
export { makeIssuer, makeKeys, readKeys, type HistoryKeys, type TokenIssuer } from './wire/keys.ts';
export { plantHistory, sandboxFor } from './wire/plant.ts';
export { writeRecords } from './wire/write-records.ts';
export { isListed, rowKey } from './types.ts';
export type { ExpectedRow, History, HistoryOptions } from './types.ts';
