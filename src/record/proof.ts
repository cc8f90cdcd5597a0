import { sha256Hex } from '../digest.ts';
import { verifyPkToken, type IssuerRsaKey, type VerifiedPkToken } from '../openpubkey/index.ts';
import { findClaimFaults, readTime } from './claims.ts';
import type { IssuerKeys } from './issuer-keys.ts';
import { missTrust, quote, refuseFaults, refuseRecord, refuseSignature } from './refuse.ts';
import { refuseShownToken } from './shown-token.ts';
import type { Predicate } from './types.ts';
import type { SignerWord } from './word.ts';

type Oidc = Predicate['oidc'];

/** The token that a keyless record's key was held together with. */
export interface ProvenToken {
  readonly issuer: string;
  readonly kid: string;
  /** Its payload in base64url: the same for every record of one token. */
  readonly payload: string;
  /** Milliseconds since 1970, both included. */
  readonly issuedAt: number;
  readonly expiresAt: number;
}

/** A statement that was opened once may be asked for its proof twice: `open-bundle.ts`. */
const proven = new WeakMap<object, { readonly issuers: IssuerKeys; readonly token: ProvenToken }>();

/**
 * Checks that the key of a keyless record was held together with the step's token, for this very statement, and that
 * the record repeats the token's claims as the issuer signed them. Signature and schema must have been checked.
 * @throws {PipeError} `TRUST_MATERIAL_MISSING` for a key that the archive lacks, `SIGNATURE_INVALID` for a proof that
 * does not hold, `RECORD_INVALID` for one that belongs to something else.
 */
export function verifyProof(word: SignerWord, payload: Uint8Array, issuers: IssuerKeys): ProvenToken {
  const before = proven.get(word.statement);
  if (before?.issuers === issuers) return before.token;
  const token = verifyNew(word, payload, issuers);
  proven.set(word.statement, { issuers, token });
  return token;
}

function verifyNew(word: SignerWord, payload: Uint8Array, issuers: IssuerKeys): ProvenToken {
  const { oidc } = word;
  if (!oidc) throw refuseRecord('The statement is keyless, and tells of no token.', 'no oidc', 'the token of a step');
  const token = verifyToken(oidc, findKeys(oidc, issuers));
  refuseShownToken(token.claims['aud']);
  const digest = digestWithoutProof(word, payload);
  if (token.statementDigest !== digest) {
    throw refuseRecord(
      'The proof belongs to another statement.',
      `one with SHA-256 ${token.statementDigest}`,
      `this one, without its proof: SHA-256 ${digest}`,
    );
  }
  const faults = findClaimFaults(oidc, token.claims);
  if (faults.length > 0) throw refuseFaults('The record tells of another token than its proof.', faults);
  return {
    issuer: oidc.issuer,
    kid: token.kid,
    payload: oidc.proof?.pkToken.payload ?? '',
    // The record's own times are those of the token: that was compared.
    issuedAt: readTime(token.claims['iat']),
    expiresAt: readTime(token.claims['exp']),
  };
}

/** An archive that grew over years may hold a key id twice. */
function findKeys({ issuer, jwksKid }: Oidc, issuers: IssuerKeys): readonly IssuerRsaKey[] {
  const all = issuers.find(issuer);
  if (!all) {
    throw refuseSignature(
      "The record's token is from an issuer that is not trusted.",
      quote(issuer),
      (issuers.issuers ?? []).map(quote).join(' or '),
    );
  }
  const keys = all.filter(({ kid }) => kid === jwksKid);
  if (keys.length > 0) return keys;
  throw missTrust(
    "The issuer's key that signed the record's token is not among those that were given.",
    `kid ${quote(jwksKid)} of ${quote(issuer)}`,
    `one of ${all.map(({ kid }) => quote(kid)).join(', ')}`,
    'Give an archive of its keys from the time of the record: --issuer-keys.',
  );
}

function verifyToken({ proof }: Oidc, keys: readonly IssuerRsaKey[]): VerifiedPkToken {
  let refusal = '';
  for (const key of keys) {
    const result = verifyPkToken(proof?.pkToken, key);
    if (!('refusal' in result)) return result;
    refusal = result.refusal;
  }
  throw refuseSignature(
    "The proof does not hold: it does not show that the record's key was held together with a token of the issuer.",
    refusal,
    "a proof made with the issuer's signature",
  );
}

/** What was signed must have one spelling only, or the digest of a part of it would mean nothing. */
function digestWithoutProof({ statement, withoutProof }: SignerWord, payload: Uint8Array): string {
  if (!Buffer.from(JSON.stringify(statement)).equals(payload)) {
    throw refuseRecord(
      'The payload of a keyless record is spelled in another way than JSON.stringify writes it.',
      'other bytes of the same meaning',
      'compact JSON',
    );
  }
  return sha256Hex(JSON.stringify(withoutProof()));
}
