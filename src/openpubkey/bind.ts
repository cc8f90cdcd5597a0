import { createPublicKey, randomBytes, sign, type KeyObject } from 'node:crypto';
import { PipeError } from '../errors.ts';
import type { Secret } from '../secret.ts';
import { commitTo, writeCic } from './cic.ts';
import { gq256, signGq } from './gq.ts';
import { readIssuedToken, type IssuedToken } from './issued-token.ts';
import { readIssuerKey, type ReadIssuerKey } from './issuer-key.ts';
import { countBits, invert, toInteger } from './modular.ts';
import { encodeJson } from './parts.ts';
import type { IssuerRsaKey, PkToken } from './types.ts';
import { catchUnfit } from './unfit.ts';

const FIX = 'Choose a signer that has a key of its own: a managed one, or SIGNER: key with SIGNING_KEY.';

export interface BindInput {
  /** Compact, RS256, by that key. */
  readonly token: Secret;
  readonly issuerKey: IssuerRsaKey;
  /** P-256: the key to bind. */
  readonly privateKey: KeyObject;
  /** SHA-256, hex. */
  readonly statementDigest: string;
}

/**
 * A PK token for one statement: it shows that the holder of the key held the token, and is none itself. The token's
 * signature, and the GQ secret made from it, stay in here.
 *
 * The arithmetic takes a time that hangs on its numbers. The inverse is therefore taken of a blinded value; the rest
 * happens once, in a step's own process, with random numbers that are new each time.
 * @throws {PipeError} as {@link checkBindable} does.
 */
export function bindToken({ token, issuerKey, privateKey, statementDigest }: BindInput): PkToken {
  const { key, issued } = readBindable(token, issuerKey);
  const { header, payload } = issued;
  const { x = '', y = '' } = createPublicKey(privateKey).export({ format: 'jwk' });
  const cicHeader = writeCic({ userKey: { x, y }, statementDigest });
  const gqPart = encodeJson({ alg: 'GQ256', cic: commitTo(cicHeader), jkt: key.jkt, kid: header, typ: 'JWT' });
  const cicPart = Buffer.from(cicHeader).toString('base64url');
  const secret = invertBlinded(issued.signature, key.n);
  const gqSignature = signGq(gq256(key), secret, Buffer.from(`${gqPart}.${payload}`), () => drawBelow(key.n));
  const cicSignature = sign('sha256', Buffer.from(`${cicPart}.${payload}`), {
    key: privateKey,
    dsaEncoding: 'ieee-p1363',
  });
  return {
    payload,
    signatures: [
      { protected: gqPart, signature: gqSignature.toString('base64url') },
      { protected: cicPart, signature: cicSignature.toString('base64url') },
    ],
  };
}

/**
 * Whether that token can be bound, by that key.
 * @throws {PipeError} `TOKEN_INVALID`, or `ISSUER_KEYS_UNAVAILABLE` for a key that GQ256 cannot use.
 */
export function checkBindable(token: Secret, issuerKey: IssuerRsaKey): void {
  readBindable(token, issuerKey);
}

function readBindable(
  token: Secret,
  issuerKey: IssuerRsaKey,
): { readonly key: ReadIssuerKey; readonly issued: IssuedToken } {
  const key = catchUnfit(() => readIssuerKey(issuerKey));
  if ('refusal' in key) {
    throw new PipeError({
      code: 'ISSUER_KEYS_UNAVAILABLE',
      message: "The issuer's key is of a kind that no keyless signature can be made with.",
      got: key.refusal,
      wanted: 'an RSA key of 2048 to 8192 bits with an odd exponent from 3 to 2^32',
      fix: FIX,
    });
  }
  const issued = catchUnfit(() => readIssuedToken(token, key));
  if ('refusal' in issued) {
    throw new PipeError({
      code: 'TOKEN_INVALID',
      message: 'The OIDC token cannot be bound to an ephemeral key.',
      got: issued.refusal,
      wanted: "a token in RS256 by its issuer's key",
      fix: FIX,
    });
  }
  return { key, issued };
}

/** The inverse of value · random, times random: what Euclid's steps show of its input is random. */
function invertBlinded(value: bigint, n: bigint): bigint {
  for (;;) {
    const blind = drawBelow(n);
    const inverse = invert((value * blind) % n, n);
    if (inverse !== undefined) return (inverse * blind) % n;
  }
}

/** Above 0, below n, each as likely as the others: what is too large is drawn again. */
function drawBelow(n: bigint): bigint {
  const bits = countBits(n);
  const bytes = Math.ceil(bits / 8);
  for (;;) {
    const number = toInteger(randomBytes(bytes)) >> BigInt(8 * bytes - bits);
    if (number > 0n && number < n) return number;
  }
}
