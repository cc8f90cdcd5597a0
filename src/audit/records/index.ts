export { readAnswers } from './answers.ts';
export { findRemoved, writeCheckpoint } from './checkpoint.ts';
export {
  findException,
  readExceptions,
  signExceptions,
  type ReadExceptionsOptions,
  type SignExceptionsOptions,
} from './exceptions.ts';
export { parseExceptions, type ParsedExceptions } from './parse-exceptions.ts';
export { JUDGING, judgeInThread } from './judge-thread.ts';
export { findNewestCheckpoint } from './newest-checkpoint.ts';
export { readPolicyList } from './policies.ts';
export { checkChain, readCheckpoint } from './read-checkpoint.ts';
export { readRecords } from './read-records.ts';
export { CHECKPOINT_TYPE, EXCEPTIONS_TYPE, TEST_RESULT_TYPE } from './statement-types.ts';
export { buildAuditResult, type AuditedFile, type AuditResultFacts } from './test-result.ts';
export type * from './types.ts';
