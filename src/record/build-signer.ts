import { present } from './present.ts';
import { toTime } from './time.ts';
import type { Predicate, RecordFacts } from './types.ts';

export function describeSigner(signer: RecordFacts['signer']): Predicate['signer'] {
  return {
    mode: signer.name,
    keyId: signer.keyId,
    ...present('keyUri', signer.keyUri),
    jwkThumbprint: signer.jwkThumbprint,
    alg: 'ECDSA_P256_SHA256',
    ...present('static', signer.name === 'key' ? (true as const) : undefined),
  };
}

/** Without a proof, which only the signer can add. */
export function describeIdentity(identity: RecordFacts['identity']): Predicate['oidc'] {
  return {
    issuer: identity.issuer,
    issuerPinned: identity.issuerPinned,
    audience: identity.audience,
    jwksKid: identity.keyId,
    alg: 'RS256',
    keySource: identity.keySource,
    claims: identity.claims,
    tokenDigest: { sha256: identity.tokenDigest },
    tokenIssuedAt: toTime(identity.issuedAt),
    tokenExpiresAt: toTime(identity.expiresAt),
    verifiedAt: toTime(identity.verifiedAt),
    warnings: identity.warnings,
  };
}
