import { PipeError } from '../errors.ts';
import { DerFault } from '../der.ts';
import { readCertificate, type Certificate } from './certificate.ts';

const MAX_CERTIFICATES = 64;

/** Certificates that a reader of records trusts for the time: roots, authorities below them, or a TSA's own. */
export interface Authorities {
  readonly certificates: readonly Certificate[];
  /** Who signed whom, by fingerprints, once it was checked: the records of years come from few certificates. */
  readonly signedBy: Map<string, boolean>;
}

/**
 * Reads the file of `--tsa`: one PEM certificate after another, text between them left out.
 * @throws {PipeError} `TRUST_MATERIAL_INVALID`.
 */
export function readAuthorities(pemText: string): Authorities {
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(pemText)) throw unusable('a private key');
  const blocks = [...pemText.matchAll(/-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]*)-----END CERTIFICATE-----/g)];
  const begun = pemText.split('-----BEGIN').length - 1;
  if (blocks.length === 0) throw unusable('text without a certificate in PEM');
  if (blocks.length !== begun) throw unusable('a PEM block that is no certificate, or has no end');
  if (blocks.length > MAX_CERTIFICATES) throw unusable(`${String(blocks.length)} certificates`);
  return {
    certificates: blocks.map(([, base64 = ''], index) => readBlock(base64, index + 1)),
    signedBy: new Map<string, boolean>(),
  };
}

function readBlock(base64: string, number: number): Certificate {
  try {
    return readCertificate(Buffer.from(base64, 'base64'));
  } catch (error) {
    if (!(error instanceof DerFault)) throw error;
    throw unusable(`block ${String(number)}: ${error.message}`);
  }
}

function unusable(got: string): PipeError {
  return new PipeError({
    code: 'TRUST_MATERIAL_INVALID',
    message: 'The file of timestamp authorities cannot be used.',
    got,
    wanted: `1 to ${String(MAX_CERTIFICATES)} certificates in PEM: the root of the authority, or its own certificate`,
    fix: "Take it from the authority's own site over HTTPS; a certificate that came with a record proves nothing.",
  });
}
