import { createHash, verify } from 'node:crypto';
import { DerFault, DerFields, expectTag, readAll, readDer, TAG, type Der } from '../der.ts';
import { EXTENSION, keyOf, readCertificate, subjectOf, type Certificate } from './certificate.ts';
import { quote, refuseSignature } from './refuse.ts';
import { DIGESTS, readAlgorithm, RSA, SIGNATURES } from './timestamp-algorithms.ts';
import type { Authorities } from './timestamp-authorities.ts';
import { climbToTrusted, expectTimeStamping } from './timestamp-chain.ts';
import { orRefuse, readToken, type SignerInfo, type TimestampToken } from './timestamp-token.ts';

export { readAuthorities } from './timestamp-authorities.ts';
export type { Authorities } from './timestamp-authorities.ts';

const MESSAGE_DIGEST = '1.2.840.113549.1.9.4';
/** RFC 2634 with SHA-1, and RFC 5035 with any hash. The first is still what some authorities write. */
const SIGNING_CERTIFICATE = '1.2.840.113549.1.9.16.2.12';
const SIGNING_CERTIFICATE_V2 = '1.2.840.113549.1.9.16.2.47';
/** An authority sends its own certificate and those above. */
const MAX_CERTIFICATES = 16;

export interface VerifiedTimestamp {
  /** Milliseconds since 1970, by the authority's clock. */
  readonly at: number;
  /** The subject of its certificate, on one line. */
  readonly authority: string;
}

export interface InspectedTimestamp extends VerifiedTimestamp {
  /** The octets of the nonce that came back. */
  readonly nonce: Uint8Array | undefined;
}

/**
 * The time that an authority puts on a record's signature (RFC 3161): of these very bytes, signed by a certificate made
 * for nothing else, which leads to one of `authorities` by certificates that were all valid at that time.
 * @param der the whole TimeStampResp of the bundle.
 * @param signature the record's signature, as in the envelope.
 * @throws {PipeError} `RECORD_INVALID` (no timestamp, or one that was not granted), `SIGNATURE_INVALID`.
 */
export function verifyTimestamp(der: Uint8Array, signature: Uint8Array, authorities: Authorities): VerifiedTimestamp {
  return orRefuse(() => {
    const { token, signer, embedded } = checkToken(der, signature, authorities.certificates);
    climbToTrusted(signer, embedded, authorities, token.at);
    return { at: token.at, authority: subjectOf(signer) };
  });
}

/**
 * All of it but the trust: what the timestamp says, where it holds under the certificate that came with it. Anybody can
 * make one like it.
 * @throws {PipeError} as {@link verifyTimestamp}.
 */
export function inspectTimestamp(der: Uint8Array, signature: Uint8Array): InspectedTimestamp {
  return orRefuse(() => {
    const { token, signer } = checkToken(der, signature, []);
    return { at: token.at, authority: subjectOf(signer), nonce: token.nonce };
  });
}

interface Checked {
  readonly token: TimestampToken;
  readonly signer: Certificate;
  readonly embedded: readonly Certificate[];
}

function checkToken(der: Uint8Array, signature: Uint8Array, known: readonly Certificate[]): Checked {
  const token = readToken(der);
  const imprint = createHash('sha256').update(signature).digest();
  if (!imprint.equals(token.imprint)) {
    throw refuseSignature(
      'The timestamp is one of another signature.',
      `imprint ${Buffer.from(token.imprint).toString('hex').slice(0, 64)}`,
      `${imprint.toString('hex')}, the SHA-256 of the record's signature`,
    );
  }
  if (token.certificates.length > MAX_CERTIFICATES) throw new DerFault('more than 16 certificates came along');
  const embedded = token.certificates.map(readCertificate);
  const signer = findSigner(token.signer, [...embedded, ...known]);
  expectTimeStamping(signer);
  checkSignature(token, signer);
  return { token, signer, embedded };
}

/** The one whose name and hash are both in SignerInfo: the hash is signed, so that no other can be put in its place. */
function findSigner({ sid, attributes }: SignerInfo, candidates: readonly Certificate[]): Certificate {
  const named = candidates.filter((certificate) => isNamed(certificate, sid));
  if (named.length === 0) {
    throw refuseSignature(
      "The certificate of the timestamp's signer is missing.",
      `certificates of ${candidates.map(subjectOf).join(' or ') || 'nobody'}`,
      'the certificate that SignerInfo names, in the timestamp or in the file of authorities',
    );
  }
  const v1 = attributes.get(SIGNING_CERTIFICATE);
  const v2 = attributes.get(SIGNING_CERTIFICATE_V2);
  const hashes = [...(v1 ? [readCertificateHash(v1, 'sha1')] : []), ...(v2 ? [readCertificateHash(v2)] : [])];
  const signer = named.find(({ x509 }) =>
    hashes.every(({ hash, digest }) => createHash(hash).update(x509.raw).digest().equals(digest)),
  );
  if (signer && hashes.length > 0) return signer;
  throw refuseSignature(
    "The timestamp's signature does not name the certificate of its signer.",
    hashes.length === 0 ? 'no signingCertificate attribute' : 'the hash of another certificate (ESSCertID)',
    `the hash of ${named.map(subjectOf).join(' or ')}`,
  );
}

function isNamed({ issuerAndSerial, extensions }: Certificate, sid: Der): boolean {
  if (sid.tag === TAG.sequence) return Buffer.from(sid.value).equals(issuerAndSerial);
  const extension = extensions.get(EXTENSION.subjectKeyIdentifier);
  return (
    extension !== undefined && Buffer.from(readDer(extension.value, TAG.octetString, 'SKI').value).equals(sid.value)
  );
}

/** The first of the list is the signer's own (RFC 5035 §4). */
function readCertificateHash(attribute: Der, fixed?: string): { readonly hash: string; readonly digest: Uint8Array } {
  const list = new DerFields(expectTag(attribute, TAG.sequence, 'SigningCertificate'), 'SigningCertificate');
  const [first] = readAll(list.take(TAG.sequence, 'certs'));
  if (!first) throw new DerFault('SigningCertificate names no certificate');
  const fields = new DerFields(first, 'ESSCertID');
  const algorithm = fixed === undefined ? fields.optional(TAG.sequence) : undefined;
  const hash = fixed ?? (algorithm ? DIGESTS[readAlgorithm(algorithm)] : 'sha256');
  if (hash === undefined) throw new DerFault('ESSCertIDv2 is by a hash that is not SHA-2');
  return { hash, digest: fields.take(TAG.octetString, 'certHash').value };
}

function checkSignature({ content, signer }: TimestampToken, certificate: Certificate): void {
  const key = keyOf(certificate);
  const { digestAlgorithm, signatureAlgorithm, attributes, signedBytes, signature } = signer;
  const hash = DIGESTS[digestAlgorithm];
  const algorithm = signatureAlgorithm === RSA ? { hash, keyType: 'rsa' } : SIGNATURES[signatureAlgorithm];
  if (!key || hash === undefined || algorithm?.hash !== hash || key.asymmetricKeyType !== algorithm.keyType) {
    throw refuseSignature(
      "The timestamp's signature is by an algorithm that is not taken.",
      `digest ${digestAlgorithm}, signature ${signatureAlgorithm}, key ${quote(key?.asymmetricKeyType)}`,
      'RSA (PKCS #1 v1.5) or ECDSA, with one of SHA-256, SHA-384 and SHA-512 throughout',
    );
  }
  const attribute = attributes.get(MESSAGE_DIGEST);
  if (!attribute) throw new DerFault('the attribute message-digest is missing');
  const digest = createHash(hash).update(content).digest();
  if (!digest.equals(expectTag(attribute, TAG.octetString, 'message-digest').value)) {
    throw refuseSignature(
      'The timestamp was changed after it was signed: its content does not fit its own digest.',
      `${hash} ${digest.toString('hex')}`,
      'the digest in its signed attributes',
    );
  }
  if (!verify(hash, signedBytes, key, signature)) {
    throw refuseSignature(
      'The signature of the timestamp does not hold under the certificate of its signer.',
      'a signature that this key did not make over these attributes',
      'the signature of the timestamp authority',
    );
  }
}
