export { buildAttestation, signAttestation } from './attestation.ts';
export type { AttestationFacts } from './attestation.ts';
export type * from './attestation-types.ts';
export { buildStatement } from './build.ts';
export { describeSmoke } from './build-smoke.ts';
export { signLink, verifyLink } from './link.ts';
export type { Link } from './link.ts';
export { follow, parseLoosely } from './loose-json.ts';
export { readMetaDigest, toMetaDigest } from './meta-digest.ts';
export { manifestFileName, recordBaseName, recordFileName } from './names.ts';
export type { RecordName } from './names.ts';
export {
  holdsNamedIntent,
  isClaimedStamped,
  isNamedIntent,
  judgeAgain,
  readClaimedBundle,
  readNamedIntent,
  readProvedBundle,
} from './proved.ts';
export type { Proved } from './proved.ts';
export { toPublicPems } from './public-key.ts';
export { findSchemaFaults } from './schema-faults.ts';
export { signRecord } from './sign.ts';
export type { AskTimestamp } from './sign-text.ts';
export { digestTrust } from './trust-digest.ts';
export { readTrust } from './trust.ts';
export type { Trust } from './trust.ts';
export type {
  Assurance,
  Origin,
  Outcome,
  Phase,
  RecordFacts,
  SignedRecord,
  Statement,
  TrustMaterial,
  VerifiedRecord,
  VerifyOptions,
} from './types.ts';
export { verifyAttestation } from './verify-attestation.ts';
export { verifyRecord } from './verify.ts';
