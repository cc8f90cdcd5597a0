export { audit } from './audit.ts';
export { CLASSIFYING, classifyInThread } from './bucket-thread.ts';
export { CLASSES, type AuditClass } from './classes.ts';
export { statusOf } from './conclude.ts';
export { WORK_FOLDER, type AuditDeps, type AuditInput, type AuditOutcome } from './input.ts';
export { notWritten } from './outputs/text-file.ts';
export { describeAudit, mergeAudits, TABLING, tableInThread, writeOutputs } from './outputs/index.ts';
export {
  findNewestCheckpoint,
  JUDGING,
  judgeInThread,
  parseExceptions,
  readCheckpoint,
  readExceptions,
  readPolicyList,
  signExceptions,
  type AuditedFile,
} from './records/index.ts';
export type * from './types.ts';
