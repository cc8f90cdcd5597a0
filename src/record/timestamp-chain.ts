import { toAscii } from '../text.ts';
import {
  EXTENSION,
  issuerOf,
  isValidAt,
  keyOf,
  readExtendedKeyUsage,
  readPathLength,
  subjectOf,
  type Certificate,
} from './certificate.ts';
import { refuseSignature } from './refuse.ts';
import { SIGNATURES } from './timestamp-algorithms.ts';
import type { Authorities } from './timestamp-authorities.ts';

const TIME_STAMPING = '1.3.6.1.5.5.7.3.8';
const ANY_USAGE = '2.5.29.37.0';
/** Issuers above one another; the longest in use are three. */
const MAX_ISSUERS = 6;
const MAX_FAULTS = 5;
/** More than all the authorities of the world would need; strangers' certificates must not fill the memory. */
const MAX_REMEMBERED = 1000;

/**
 * Climbs from the signer's certificate to one that was given from outside, by certificates that stood at `at`.
 * @param embedded came with the timestamp: a way up, and no reason to trust.
 * @throws {PipeError} `SIGNATURE_INVALID`.
 */
export function climbToTrusted(
  signer: Certificate,
  embedded: readonly Certificate[],
  { certificates: trusted, signedBy }: Authorities,
  at: number,
): void {
  expectStanding(signer, at);
  const seen = new Set<string>([signer.x509.fingerprint256]);
  const links: Links = { signedBy, faults: [] };
  let level: readonly Certificate[] = [signer];
  for (let issuers = 0; issuers <= MAX_ISSUERS; issuers += 1) {
    const standing = level.filter((certificate) => stood(certificate, at, links.faults));
    if (standing.some((certificate) => isAmong(certificate, trusted))) return;
    const next = [...trusted, ...embedded].filter(
      (candidate) =>
        !seen.has(candidate.x509.fingerprint256) &&
        standing.some((child) => isIssuer(candidate, child, issuers, links)),
    );
    for (const { x509 } of next) seen.add(x509.fingerprint256);
    level = next;
  }
  throw refuseSignature(
    'The timestamp comes from an authority that is not trusted.',
    [`${subjectOf(signer)}, issued by ${issuerOf(signer)}`, ...new Set(links.faults)].slice(0, MAX_FAULTS).join('; '),
    `a chain of certificates to ${trusted.map(subjectOf).join(' or ')}`,
    "Give the authority's own root certificate (PEM), if that is an authority which you trust.",
  );
}

interface Links {
  readonly signedBy: Authorities['signedBy'];
  /** Why a way up ended. */
  readonly faults: string[];
}

function expectStanding(signer: Certificate, at: number): void {
  const faults: string[] = [];
  if (!stood(signer, at, faults)) {
    throw refuseSignature(
      "The authority's certificate was not valid at the time that the timestamp names.",
      faults.join('; '),
      `valid at ${new Date(at).toISOString()}`,
    );
  }
}

function stood(certificate: Certificate, at: number, faults: string[]): boolean {
  if (isValidAt(certificate, at)) return true;
  // As the library words them: they need not be dates at all.
  const { validFrom, validTo } = certificate.x509;
  faults.push(`${subjectOf(certificate)} was valid from ${toAscii(validFrom)} to ${toAscii(validTo)} only`);
  return false;
}

function isAmong({ x509 }: Certificate, trusted: readonly Certificate[]): boolean {
  return trusted.some((certificate) => certificate.x509.raw.equals(x509.raw));
}

/** @param below authorities between the candidate and the signer. */
function isIssuer(candidate: Certificate, child: Certificate, below: number, links: Links): boolean {
  // Names, key identifiers, and the usage to sign certificates.
  if (!child.x509.checkIssued(candidate.x509)) return false;
  const fault = findFault(candidate, child, below, links);
  if (fault === undefined) return true;
  links.faults.push(`${subjectOf(candidate)} ${fault}`);
  return false;
}

function findFault(candidate: Certificate, child: Certificate, below: number, links: Links): string | undefined {
  if (!candidate.x509.ca) return 'is no authority (CA flag)';
  if (below > (readPathLength(candidate) ?? MAX_ISSUERS)) return 'may not have an authority below it';
  const usage = readExtendedKeyUsage(candidate);
  if (usage && !usage.includes(TIME_STAMPING) && !usage.includes(ANY_USAGE)) return 'is not for timestamps';
  const unknown = findUnknownCritical(candidate);
  if (unknown !== undefined) return `has a critical extension ${unknown}, which is not known`;
  if (SIGNATURES[child.signatureAlgorithm] === undefined) return `signed by ${child.signatureAlgorithm}, not SHA-2`;
  return isSignedBy(child, candidate, links) ? undefined : `did not sign the certificate of ${subjectOf(child)}`;
}

/** What an authority calls critical may limit its own certificates in a way that is not looked at here. */
function findUnknownCritical({ extensions }: Certificate): string | undefined {
  const known: readonly string[] = Object.values(EXTENSION);
  return [...extensions].find(([oid, { critical }]) => critical && !known.includes(oid))?.[0];
}

function isSignedBy(child: Certificate, issuer: Certificate, { signedBy }: Links): boolean {
  const link = `${child.x509.fingerprint256} ${issuer.x509.fingerprint256}`;
  const known = signedBy.get(link);
  if (known !== undefined) return known;
  const found = verifyLink(child, issuer);
  if (signedBy.size < MAX_REMEMBERED) signedBy.set(link, found);
  return found;
}

function verifyLink(child: Certificate, issuer: Certificate): boolean {
  const key = keyOf(issuer);
  let holds: boolean | undefined;
  try {
    holds = key && child.x509.verify(key);
  } catch {
    // A key of another type than the signature's.
  }
  return holds === true;
}

/** @throws {PipeError} `SIGNATURE_INVALID`. */
export function expectTimeStamping(signer: Certificate): void {
  const unknown = findUnknownCritical(signer);
  if (unknown !== undefined) {
    throw refuseSignature(
      "The signer's certificate has a critical extension that is not known.",
      `${unknown}, in ${subjectOf(signer)}`,
      'only those of RFC 5280 that can be kept',
    );
  }
  const usage = readExtendedKeyUsage(signer);
  const critical = signer.extensions.get(EXTENSION.extendedKeyUsage)?.critical === true;
  if (usage?.length === 1 && usage[0] === TIME_STAMPING && critical) return;
  const got = usage ? `${critical ? '' : 'not '}critical: ${usage.join(', ')}` : 'none';
  throw refuseSignature(
    "The signer's certificate is not one of a timestamp authority.",
    `extended key usage ${got}, in ${subjectOf(signer)}`,
    `critical, and timeStamping (${TIME_STAMPING}) alone (RFC 3161, 2.3)`,
  );
}
