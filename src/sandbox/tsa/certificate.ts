import { createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import {
  bitString,
  boolean,
  certificateTime,
  explicit,
  integer,
  octetString,
  oid,
  sequence,
  setOf,
  tlv,
  utf8,
} from './der.ts';

export const TIME_STAMPING = '1.3.6.1.5.5.7.3.8';
/** ecdsa-with-SHA256, which has no parameters. */
export const ECDSA_SHA256 = sequence(oid('1.2.840.10045.4.3.2'));

/** A key of P-256 with its certificate. */
export interface Holder {
  readonly certificate: Buffer;
  /** DER of the issuer's name, and of the serial number. */
  readonly issuer: Buffer;
  readonly serial: Buffer;
  readonly name: Buffer;
  readonly privateKey: KeyObject;
  readonly keyIdentifier: Buffer;
}

export interface CertificateOptions {
  /** The common name. */
  readonly subject: string;
  /** Default: itself. */
  readonly issuer?: Holder;
  /** Milliseconds since 1970. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** For an authority: how many may stand below it; undefined for any number. */
  readonly ca?: { readonly pathLength?: number };
  /** Extended key usage, by object identifiers. */
  readonly usage?: { readonly critical: boolean; readonly purposes: readonly string[] };
  /** More of them, each in DER. */
  readonly extensions?: readonly Buffer[];
}

/** A new key, and a certificate for it (RFC 5280). */
export function makeHolder(options: CertificateOptions): Holder {
  const { subject, issuer, notBefore, notAfter } = options;
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  const keyIdentifier = createHash('sha1').update(spki).digest();
  const name = sequence(
    setOf(sequence(oid('2.5.4.10'), utf8('Sandbox'))),
    setOf(sequence(oid('2.5.4.3'), utf8(subject))),
  );
  const serial = integer(keyIdentifier.readUInt32BE());
  const by = issuer ?? { name, privateKey, keyIdentifier };
  const tbs = sequence(
    ...[explicit(0, integer(2)), serial, ECDSA_SHA256, by.name],
    sequence(certificateTime(notBefore), certificateTime(notAfter)),
    ...[name, spki, explicit(3, sequence(...extensionsOf(options, keyIdentifier, by.keyIdentifier)))],
  );
  const certificate = sequence(tbs, ECDSA_SHA256, bitString(sign('sha256', tbs, by.privateKey)));
  return { certificate, issuer: by.name, serial, name, privateKey, keyIdentifier };
}

function extensionsOf({ ca, usage, extensions = [] }: CertificateOptions, own: Buffer, issuers: Buffer): Buffer[] {
  const limit = ca?.pathLength === undefined ? [] : [integer(ca.pathLength)];
  // keyCertSign and cRLSign, or digitalSignature.
  const keyUsage = ca ? bitString(Buffer.of(0x06), 1) : bitString(Buffer.of(0x80), 7);
  return [
    ...(ca ? [encodeExtension('2.5.29.19', true, sequence(boolean(true), ...limit))] : []),
    encodeExtension('2.5.29.15', true, keyUsage),
    ...(usage ? [encodeExtension('2.5.29.37', usage.critical, sequence(...usage.purposes.map(oid)))] : []),
    encodeExtension('2.5.29.14', false, octetString(own)),
    encodeExtension('2.5.29.35', false, sequence(tlv(0x80, issuers))),
    ...extensions,
  ];
}

export function encodeExtension(id: string, critical: boolean, value: Buffer): Buffer {
  return sequence(oid(id), ...(critical ? [boolean(true)] : []), octetString(value));
}

export function toPem(certificate: Buffer): string {
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
