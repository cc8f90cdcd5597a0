import { X509Certificate, type KeyObject } from 'node:crypto';
import { DerFault, DerFields, readAll, readDer, readOid, readSmallInteger, TAG } from '../der.ts';
import { toAscii } from '../text.ts';
import { readExtensions, type Extension } from './extensions.ts';
import { readAlgorithm } from './timestamp-algorithms.ts';

/** A certificate with what `X509Certificate` does not show of it. */
export interface Certificate {
  readonly x509: X509Certificate;
  /** DER of the issuer's name and of the serial number, one behind the other, as IssuerAndSerialNumber has them. */
  readonly issuerAndSerial: Uint8Array;
  readonly signatureAlgorithm: string;
  readonly extensions: ReadonlyMap<string, Extension>;
}

export const EXTENSION = {
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  certificatePolicies: '2.5.29.32',
  policyConstraints: '2.5.29.36',
  extendedKeyUsage: '2.5.29.37',
  inhibitAnyPolicy: '2.5.29.54',
} as const;

const MAX_SUBJECT = 200;

/** @throws {DerFault} for what is no certificate. */
export function readCertificate(der: Uint8Array): Certificate {
  const outer = new DerFields(readDer(der, TAG.sequence, 'Certificate'), 'Certificate');
  const tbs = new DerFields(outer.take(TAG.sequence, 'tbsCertificate'), 'tbsCertificate');
  const signatureAlgorithm = readAlgorithm(outer.take(TAG.sequence, 'signatureAlgorithm'));
  tbs.optional(TAG.context(0));
  const serial = tbs.take(TAG.integer, 'serialNumber');
  tbs.take(TAG.sequence, 'signature');
  const issuer = tbs.take(TAG.sequence, 'issuer');
  const last = tbs.rest().at(-1);
  const extensions = last?.tag === TAG.context(3) ? readAll(last)[0] : undefined;
  return {
    x509: toX509(der),
    issuerAndSerial: Buffer.concat([issuer.whole, serial.whole]),
    signatureAlgorithm,
    extensions: extensions ? readExtensions(extensions) : new Map<string, Extension>(),
  };
}

/** The library looks for PEM in any bytes first: it must not read another certificate than the one that was looked at. */
function toX509(der: Uint8Array): X509Certificate {
  try {
    const x509 = new X509Certificate(der);
    if (x509.raw.equals(der)) return x509;
  } catch {
    // The library's own words say less than ours.
  }
  throw new DerFault('a certificate is not X.509');
}

/** Undefined for a key of a kind that the library does not know: only who is asked for a signature needs one. */
export function keyOf({ x509 }: Certificate): KeyObject | undefined {
  try {
    return x509.publicKey;
  } catch {
    return undefined;
  }
}

/** On one line, for people. */
export function subjectOf({ x509 }: Certificate): string {
  return toOneLine(x509.subject);
}

export function issuerOf({ x509 }: Certificate): string {
  return toOneLine(x509.issuer);
}

/** An empty name is undefined, whatever the types say. */
function toOneLine(name: string | undefined): string {
  return toAscii((name ?? '').replaceAll('\n', ', ')).slice(0, MAX_SUBJECT) || '(without a name)';
}

/** Whether a time in milliseconds is within the certificate's validity, whose last second is a whole one. */
export function isValidAt({ x509 }: Certificate, at: number): boolean {
  return at >= x509.validFromDate.getTime() && at < x509.validToDate.getTime() + 1000;
}

/** Object identifiers of the extended key usage; undefined where there is none. */
export function readExtendedKeyUsage({ extensions }: Certificate): readonly string[] | undefined {
  const extension = extensions.get(EXTENSION.extendedKeyUsage);
  return extension && readAll(readDer(extension.value, TAG.sequence, 'ExtKeyUsageSyntax')).map(readOid);
}

/** How many authorities may stand below this one; undefined where nothing limits it. */
export function readPathLength({ extensions }: Certificate): number | undefined {
  const extension = extensions.get(EXTENSION.basicConstraints);
  if (!extension) return undefined;
  const fields = new DerFields(readDer(extension.value, TAG.sequence, 'BasicConstraints'), 'BasicConstraints');
  fields.optional(TAG.boolean);
  const length = fields.optional(TAG.integer);
  return length && readSmallInteger(length);
}
