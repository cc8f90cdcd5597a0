import { createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { PipeError } from '../../src/errors.ts';
import { verifyTimestamp } from '../../src/record/timestamp.ts';
import { makeHolder, type Holder } from '../../src/sandbox/tsa/certificate.ts';
import { octetString, oid, sequence, tlv } from '../../src/sandbox/tsa/der.ts';
import { attributesOf, encodeAttribute } from '../../src/sandbox/tsa/token.ts';
import { editDer, IN_RESPONSE, IN_TBS, recertify, replacePart } from './support/der.ts';
import { refusal } from './support/records.ts';
import { AT, CA, makeStamp, ROOT, SIGNATURE, trust, TSA, VALIDITY, type Odd } from './support/timestamps.ts';

const AUTHORITIES = trust(ROOT);
const VERIFIED = { at: AT, authority: 'O=Sandbox, CN=TSA' };
const HASHES = { sha256: '2.16.840.1.101.3.4.2.1', sha384: '2.16.840.1.101.3.4.2.2', sha512: '2.16.840.1.101.3.4.2.3' };
const SHA1 = '1.3.14.3.2.26';
const RSA = '1.2.840.113549.1.1.1';
const RSA_SHA256 = '1.2.840.113549.1.1.11';
const EC_SHA384 = '1.2.840.10045.4.3.3';

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const certifyKey = (spki: Buffer, privateKey: KeyObject): Holder => ({
  ...recertify(TSA, CA.privateKey, (tbs) => editDer(tbs, [], replacePart(6, spki))),
  privateKey,
});
const RSA_TSA = certifyKey(rsa.publicKey.export({ type: 'spki', format: 'der' }), rsa.privateKey);

const verify = (stamp: Uint8Array): unknown => verifyTimestamp(new Uint8Array(stamp), SIGNATURE, AUTHORITIES);
const refuse = (stamp: Uint8Array): PipeError => refusal('SIGNATURE_INVALID', () => verify(stamp));

interface Algorithms {
  readonly signer: Holder;
  /** That everything is really made with. */
  readonly hash: string;
  /** As SignerInfo names them. */
  readonly digest: string;
  readonly signature: string;
}

function stampBy({ signer, hash, digest, signature }: Algorithms): Uint8Array {
  const attributes: Odd['attributes'] = (content, holder) =>
    attributesOf(content, holder).with(
      1,
      encodeAttribute('1.2.840.113549.1.9.4', octetString(createHash(hash).update(content).digest())),
    );
  const stamp = makeStamp({ signer, holders: [signer, CA], attributes });
  return editDer(stamp, IN_RESPONSE.signer, ([version, sid, , signed = Buffer.of(), ...rest]) => {
    const bytes = Buffer.of(0x31, ...signed.subarray(1));
    const made = octetString(sign(hash, bytes, signer.privateKey));
    const parts = [version, sid, sequence(oid(digest)), signed, sequence(oid(signature)), made, ...rest.slice(2)];
    return parts.flatMap((part) => part ?? []);
  });
}

describe('the signature of a timestamp', () => {
  it.each([
    ...Object.entries({ sha256: '4.3.2', sha384: '4.3.3', sha512: '4.3.4' }).map(([hash, arcs]) => ({
      ...{ name: `ECDSA with ${hash}`, signer: TSA, hash, signature: `1.2.840.10045.${arcs}` },
    })),
    ...Object.entries({ sha256: '1.1.11', sha384: '1.1.12', sha512: '1.1.13' }).map(([hash, arcs]) => ({
      ...{ name: `RSA with ${hash}`, signer: RSA_TSA, hash, signature: `1.2.840.113549.${arcs}` },
    })),
    ...Object.keys(HASHES).map((hash) => ({ name: `RSA, and ${hash}`, signer: RSA_TSA, hash, signature: RSA })),
  ])('holds by $name', ({ signer, hash, signature }) => {
    const digest = HASHES[hash as keyof typeof HASHES];
    expect(verify(stampBy({ signer, hash, digest, signature }))).toEqual(VERIFIED);
  });

  const unknownKey = certifyKey(sequence(sequence(oid('1.2.3.4')), tlv(0x03, Buffer.alloc(9))), TSA.privateKey);
  it.each([
    { name: 'another hash than that of its digest', signer: TSA, signature: EC_SHA384, key: '"ec"' },
    { name: 'RSA by a key that is none', signer: TSA, signature: RSA_SHA256, key: '"ec"' },
    { name: 'RSA without a hash, by a key that is none', signer: TSA, signature: RSA, key: '"ec"' },
    { name: 'ECDSA by a key of RSA', signer: RSA_TSA, signature: '1.2.840.10045.4.3.2', key: '"rsa"' },
    { name: 'an algorithm of nobody', signer: TSA, signature: '1.2.3.4', key: '"ec"' },
    { name: 'RSA with SHA-1', signer: RSA_TSA, digest: SHA1, hash: 'sha1', signature: RSA, key: '"rsa"' },
    { name: 'a key of nobody', signer: unknownKey, signature: '1.2.840.10045.4.3.2', key: 'nothing' },
  ])('is refused: $name', ({ signer, digest = HASHES.sha256, hash = 'sha256', signature, key }) => {
    const error = refuse(stampBy({ signer, hash, digest, signature }));
    expect(error.message).toBe("The timestamp's signature is by an algorithm that is not taken.");
    expect(error.got).toBe(`digest ${digest}, signature ${signature}, key ${key}`);
  });
});

describe('the signer of a timestamp by its key identifier', () => {
  const named = (keyIdentifier: Buffer, odd: Odd = {}): Uint8Array =>
    editDer(makeStamp(odd), IN_RESPONSE.signer, replacePart(1, tlv(0x80, keyIdentifier)));
  const bare = recertify(makeHolder({ subject: 'Bare', ...VALIDITY }), TSA.privateKey, (tbs) =>
    editDer(tbs, IN_TBS.extensions, (parts) => parts.slice(0, 1)),
  );

  it('is found, also beside certificates without one', () => {
    expect(verify(named(TSA.keyIdentifier))).toEqual(VERIFIED);
    expect(verify(named(TSA.keyIdentifier, { holders: [bare, CA, TSA] }))).toEqual(VERIFIED);
  });

  it('is not the one of another', () => {
    const error = refuse(named(CA.keyIdentifier));
    expect(error.message).toBe("The timestamp's signature does not name the certificate of its signer.");
    expect(error.wanted).toBe('the hash of O=Sandbox, CN=CA');
  });

  it('is missed where nobody has it', () => {
    const error = refuse(named(Buffer.alloc(20)));
    expect(error.message).toBe("The certificate of the timestamp's signer is missing.");
  });
});

describe('the hash of the certificate in a timestamp', () => {
  const V1 = '1.2.840.113549.1.9.16.2.12';
  const V2 = '1.2.840.113549.1.9.16.2.47';
  const hashOf = (hash: string): Buffer => octetString(createHash(hash).update(TSA.certificate).digest());
  const withList = (type: string, ...list: readonly Uint8Array[]): Uint8Array =>
    makeStamp({
      attributes: (...args) => attributesOf(...args).with(2, encodeAttribute(type, sequence(sequence(...list)))),
    });
  const gotOf = (stamp: Uint8Array): string | undefined => refusal('RECORD_INVALID', () => verify(stamp)).got;

  it.each(Object.entries(HASHES))('may be by %s', (hash, id) => {
    expect(verify(withList(V2, sequence(sequence(oid(id)), hashOf(hash))))).toEqual(VERIFIED);
  });

  it('may be by SHA-1 in the old attribute alone, where no algorithm stands', () => {
    expect(verify(withList(V1, sequence(hashOf('sha1'))))).toEqual(VERIFIED);
    const named = sequence(sequence(oid(SHA1)), hashOf('sha1'));
    expect(gotOf(withList(V1, named))).toBe('certHash is of another type: 0x30 instead of 0x04');
    expect(gotOf(withList(V2, named))).toBe('ESSCertIDv2 is by a hash that is not SHA-2');
  });

  it('is that of the first in the list', () => {
    const other = sequence(octetString(Buffer.alloc(32)));
    expect(verify(withList(V2, sequence(hashOf('sha256')), other))).toEqual(VERIFIED);
    const error = refuse(withList(V2, other, sequence(hashOf('sha256'))));
    expect(error.got).toBe('the hash of another certificate (ESSCertID)');
    expect(gotOf(withList(V2))).toBe('SigningCertificate names no certificate');
  });
});
