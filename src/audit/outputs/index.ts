export { describeAudit } from './announcement.ts';
export { writeRow } from './order.ts';
export { createRowFile, toRowFileLine } from './row-file.ts';
export { PACK, RESULT, writeOutputs } from './write.ts';
export { writeText } from './write-text.ts';
export { mergeAudits } from './merge.ts';
export { writePack } from './pack.ts';
export { tellCount } from './plain.ts';
export type * from './types.ts';
