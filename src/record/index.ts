export { buildStatement } from './build.ts';
export { manifestFileName, recordBaseName, recordFileName } from './names.ts';
export type { RecordName } from './names.ts';
export { signRecord } from './sign.ts';
export type {
  Outcome,
  Phase,
  RecordFacts,
  SignedRecord,
  Statement,
  TrustMaterial,
  VerifiedRecord,
  VerifyOptions,
} from './types.ts';
export { verifyRecord } from './verify.ts';
