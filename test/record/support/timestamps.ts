import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readAuthorities, type Authorities } from '../../../src/record/timestamp.ts';
import { makeHolder, TIME_STAMPING, toPem, type Holder } from '../../../src/sandbox/tsa/certificate.ts';
import { attributesOf, encodeGranted, encodeInfo, encodeToken, type Info } from '../../../src/sandbox/tsa/token.ts';

export const AT = Date.UTC(2026, 10, 23, 12, 0, 1);
const DAY_MS = 86_400_000;
export const VALIDITY = { notBefore: AT - DAY_MS, notAfter: AT + DAY_MS };
export const USAGE = { critical: true, purposes: [TIME_STAMPING] };
export const SIGNATURE = readFixture('signature');

/** Made by openssl: see `make.sh` there. */
export function readFixture(name: string, folder = 'test/fixtures/timestamp'): Uint8Array {
  return new Uint8Array(readFileSync(`${folder}/${name}`));
}

export function readTrust(name: string, folder?: string): Authorities {
  return readAuthorities(Buffer.from(readFixture(`${name}.pem`, folder)).toString());
}

export const ROOT = makeHolder({ subject: 'Root', ...VALIDITY, ca: {} });
export const CA = makeHolder({ subject: 'CA', issuer: ROOT, ...VALIDITY, ca: { pathLength: 0 } });
export const TSA = makeHolder({ subject: 'TSA', issuer: CA, ...VALIDITY, usage: USAGE });

export const trust = (...holders: readonly Holder[]): Authorities =>
  readAuthorities(holders.map(({ certificate }) => toPem(certificate)).join(''));

export const imprintOf = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();

export interface Odd {
  readonly info?: Partial<Info>;
  /** In the place of the whole TSTInfo. */
  readonly content?: Buffer;
  readonly signer?: Holder;
  /** That come along. */
  readonly holders?: readonly Holder[];
  readonly attributes?: (content: Buffer, signer: Holder) => Buffer[];
}

export function makeToken({
  info,
  content,
  signer = TSA,
  holders = [TSA, CA],
  attributes = attributesOf,
}: Odd): Buffer {
  const imprint = imprintOf(SIGNATURE);
  const signed = content ?? encodeInfo({ imprint, serial: 1, at: AT, ...info });
  const certificates = holders.map(({ certificate }) => certificate);
  return encodeToken(signed, signer, certificates, attributes(signed, signer));
}

/** A timestamp as a right authority gives it, but for what the test says. */
export function makeStamp(odd: Odd = {}): Uint8Array {
  return new Uint8Array(encodeGranted(makeToken(odd)));
}

/** Other bytes in the place of some that stand there once, of the same length. */
export function replaceBytes(bytes: Uint8Array, from: Uint8Array, to: Uint8Array): Uint8Array {
  const found = Buffer.from(bytes);
  const at = found.indexOf(from);
  if (at === -1 || from.length !== to.length) throw new Error('nothing to replace');
  found.set(to, at);
  return new Uint8Array(found);
}
