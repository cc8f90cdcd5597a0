import { sign } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { ErrorCode } from '../../src/errors.ts';
import { makeKeyPair } from '../signing/support/keys.ts';
import {
  changeBundle,
  KEY,
  makeRecord,
  pae,
  payloadText,
  refuse,
  resign,
  SIGNER,
  signatureOf,
} from './support/records.ts';

const { bundleJson: GOOD } = await makeRecord();
const other = makeKeyPair();
const OTHER_ID = `SHA256:${'A'.repeat(43)}`;

const change = (edit: Parameters<typeof changeBundle>[1]): string => changeBundle(GOOD, edit);

function signAs(key: string, dsaEncoding: 'der' | 'ieee-p1363' = 'der', type?: string): string {
  const payload = Buffer.from(payloadText(GOOD));
  return sign('sha256', pae(payload, type), { key, dsaEncoding }).toString('base64');
}

function appendByte(base64: string): string {
  return Buffer.concat([Buffer.from(base64, 'base64'), Buffer.of(0)]).toString('base64');
}

function changeFirst(base64: string, byte: number): string {
  return Buffer.concat([Buffer.of(byte), Buffer.from(base64, 'base64').subarray(1)]).toString('base64');
}

interface Case {
  readonly name: string;
  readonly bundle: string;
  readonly code?: ErrorCode;
  readonly text: string;
}

const REFUSED: readonly Case[] = [
  {
    name: 'no signature',
    bundle: change((b) => (b.dsseEnvelope.signatures = [])),
    text: 'does not have exactly one signature. | 0 signatures',
  },
  {
    name: 'two signatures',
    bundle: change((b) => b.dsseEnvelope.signatures.push(signatureOf(b))),
    text: 'does not have exactly one signature. | 2 signatures',
  },
  {
    name: 'a keyid that is not the hint',
    bundle: change((b) => (signatureOf(b).keyid = OTHER_ID)),
    text: "The signature's keyid differs from the bundle's hint",
  },
  {
    name: 'no keyid',
    bundle: change((b) => delete signatureOf(b).keyid),
    text: 'The shape of the signature',
  },
  {
    name: 'an empty keyid and hint',
    bundle: GOOD.replaceAll(SIGNER.keyId, ''),
    code: 'SIGNATURE_INVALID',
    text: 'signed by another key than the one that is trusted. | key id ""',
  },
  {
    name: 'no hint and no keyid',
    bundle: GOOD.replaceAll(`"${SIGNER.keyId}"`, 'null'),
    text: "The signature's keyid differs from the bundle's hint. | keyid null, hint null",
  },
  {
    name: 'the RFC 7638 thumbprint as key id',
    bundle: GOOD.replaceAll(SIGNER.keyId, SIGNER.jwkThumbprint),
    code: 'SIGNATURE_INVALID',
    text: 'signed by another key than the one that is trusted',
  },
  {
    name: 'another payload type',
    bundle: change((b) => (b.dsseEnvelope.payloadType = 'application/json')),
    text: "The bundle's payloadType is another one",
  },
  {
    name: 'another payload type, signed',
    bundle: change((b) => {
      b.dsseEnvelope.payloadType = 'application/json';
      signatureOf(b).sig = signAs(KEY.pkcs8, 'der', 'application/json');
    }),
    text: "The bundle's payloadType is another one",
  },
  {
    name: 'a raw signature',
    bundle: change((b) => (signatureOf(b).sig = signAs(KEY.pkcs8, 'ieee-p1363'))),
    code: 'SIGNATURE_INVALID',
    text: 'The signature is not in ASN.1 DER. | 64 raw bytes (r and s side by side)',
  },
  {
    name: 'bytes after the signature',
    bundle: change((b) => (signatureOf(b).sig = appendByte(signatureOf(b).sig))),
    code: 'SIGNATURE_INVALID',
    text: 'The signature is not in ASN.1 DER. | other bytes',
  },
  {
    name: 'another element than a sequence',
    bundle: change((b) => (signatureOf(b).sig = changeFirst(signatureOf(b).sig, 0x31))),
    code: 'SIGNATURE_INVALID',
    text: 'The signature is not in ASN.1 DER. | other bytes',
  },
  {
    name: "another key's signature under the trusted key's name",
    bundle: resign(GOOD, payloadText(GOOD), other.pkcs8),
    code: 'SIGNATURE_INVALID',
    text: 'The signature does not fit the record',
  },
  {
    name: 'a changed payload',
    bundle: change((b) => {
      const changed = payloadText(GOOD).replace('"production"', '"preview123"');
      b.dsseEnvelope.payload = Buffer.from(changed).toString('base64');
    }),
    code: 'SIGNATURE_INVALID',
    text: 'The signature does not fit the record',
  },
];

describe('the signature: verifyRecord', () => {
  it.each(REFUSED)('refuses $name', ({ bundle, code, text }) => {
    const error = refuse(bundle, code);
    expect(`${error.message} | ${String(error.got)}`).toContain(text);
    expect(error.wanted).toBeTruthy();
  });

  it('refuses a record of another key, and names both', () => {
    const error = refuse(resign(GOOD.replaceAll(SIGNER.keyId, OTHER_ID), payloadText(GOOD)), 'SIGNATURE_INVALID');
    expect(error.got).toBe(`key id "${OTHER_ID}"`);
    expect(error.wanted).toBe(SIGNER.keyId);
  });
});
