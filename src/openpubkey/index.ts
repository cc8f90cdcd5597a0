export { bindToken, checkBindable, type BindInput } from './bind.ts';
export type { IssuerRsaKey, PkSignature, PkToken } from './types.ts';
export { verifyPkToken, type PkTokenRefusal, type VerifiedPkToken } from './verify.ts';
