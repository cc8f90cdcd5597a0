/** Types of what an audit signs. They are public for ever. */
export const CHECKPOINT_TYPE = 'urn:vercel-oidc-deploy:audit-checkpoint:v1';
export const EXCEPTIONS_TYPE = 'urn:vercel-oidc-deploy:audit-exceptions:v1';
/** Of in-toto: the result of an audit. */
export const TEST_RESULT_TYPE = 'https://in-toto.io/attestation/test-result/v0.1';

const ALL: readonly unknown[] = [CHECKPOINT_TYPE, EXCEPTIONS_TYPE, TEST_RESULT_TYPE];

/** They may lie in a folder of records, and are none. */
export function isOfAudit(predicateType: unknown): boolean {
  return ALL.includes(predicateType);
}
