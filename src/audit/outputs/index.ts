export { describeAudit, type AuditPlace } from './announcement.ts';
export { createRowFile } from './row-file.ts';
export { writeOutputs } from './write.ts';
export type * from './types.ts';
