import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import {
  DerFault,
  DerFields,
  readAll,
  readBits,
  readDer,
  readInteger,
  readOid,
  readTime,
  TAG,
  type Der,
} from '../../../src/der.ts';
import { readAuthorities, verifyTimestamp, inspectTimestamp } from '../../../src/record/timestamp.ts';
import { readCertificate, readExtendedKeyUsage, readPathLength, subjectOf } from '../../../src/record/certificate.ts';
import { readToken } from '../../../src/record/timestamp-token.ts';
import { toPem } from '../../../src/sandbox/tsa/certificate.ts';
import { toDerSignature, toRawSignature } from '../../../src/signing/raw-signature.ts';
import { requestTimestamp } from '../../../src/timestamp/index.ts';
import { AT, CA, makeStamp, readFixture, ROOT, SIGNATURE, trust, TSA } from '../../record/support/timestamps.ts';
import { mutatedBytes, mutatedText } from '../support/hostile.ts';
import { Find, judgeText } from '../support/judge.ts';
import { defineTarget } from '../support/target.ts';
import { hostileReplies, hostileWorld, never, type Hostile } from '../support/world.ts';

const STAMP = makeStamp();
const AUTHORITIES = trust(ROOT);
const CERTIFICATES = [ROOT, CA, TSA].map(({ certificate }) => new Uint8Array(certificate));

/** All of a timestamp but versions and lists of algorithms, which no signature covers: a change of those means nothing. */
function essenceOf(der: Uint8Array): unknown {
  const { at, imprint, nonce, content, certificates, signer } = readToken(der);
  const { attributes, signedBytes, signature } = signer;
  const signers = certificates.map((certificate) => Buffer.from(certificate).toString('hex')).sort();
  return [at, signers, [...attributes.keys()], ...[imprint, nonce, content, signedBytes, signature].map(toHex)];
}

function toHex(bytes: Uint8Array | undefined): string | undefined {
  return bytes && Buffer.from(bytes).toString('hex');
}

const ESSENCE = essenceOf(STAMP);

export const timestamps = defineTarget<Uint8Array>({
  name: 'timestamps',
  runs: 6000,
  inputs: mutatedBytes([STAMP]),
  run(bytes) {
    let inspected: { readonly at: number } | undefined;
    try {
      inspected = inspectTimestamp(bytes, SIGNATURE);
    } finally {
      const verified = verifyTimestamp(bytes, SIGNATURE, AUTHORITIES);
      judgeText(verified.authority);
      if (verified.at !== AT || inspected?.at !== AT) throw new Find('another time was verified');
      if (!isDeepStrictEqual(essenceOf(bytes), ESSENCE)) throw new Find('a timestamp that was changed was verified');
    }
  },
});

export const der = defineTarget<Uint8Array>({
  name: 'der',
  runs: 1000,
  inputs: mutatedBytes([...CERTIFICATES, STAMP, readFixture('signature')]),
  run(bytes) {
    orFault(() => walk(readDer(bytes, TAG.sequence, 'it'), 0));
    orFault(() => {
      const certificate = readCertificate(bytes);
      judgeText(subjectOf(certificate));
      readExtendedKeyUsage(certificate);
      readPathLength(certificate);
    });
    const raw = toDerSignature(bytes.subarray(0, 64));
    if (raw && Buffer.compare(toRawSignature(raw), bytes.subarray(0, 64)) !== 0)
      throw new Find('a signature that changes on its way');
  },
});

/** Every reader on every element, whatever it is. */
function walk(element: Der, depth: number): void {
  for (const read of [readOid, readInteger, readBits, readTime]) orFault(() => read(element));
  orFault(() => new DerFields(element, 'it').end());
  if (depth < 50) orFault(() => readAll(element).forEach((inner) => walk(inner, depth + 1)));
}

function orFault(read: () => unknown): void {
  try {
    read();
  } catch (error) {
    if (!(error instanceof DerFault)) throw error;
    judgeText(error.message);
  }
}

const PEM = [ROOT, CA].map(({ certificate }) => toPem(certificate)).join('\n');

export const authorities = defineTarget<string>({
  name: 'authorities',
  runs: 2000,
  inputs: mutatedText([PEM]),
  run: (text) => readAuthorities(text).certificates.forEach((certificate) => judgeText(subjectOf(certificate))),
});

export const timestampReplies = defineTarget<readonly Hostile[]>({
  name: 'timestamp-replies',
  runs: 1500,
  inputs: fc
    .tuple(hostileReplies(['timestamp'], 2), mutatedBytes([STAMP]), fc.boolean())
    .map(([replies, body, good]) => [
      ...(good ? [{ status: 200, headers: { 'content-type': 'application/timestamp-reply' }, body }] : []),
      ...replies,
    ]),
  async run(replies) {
    const world = hostileWorld(replies);
    await requestTimestamp(SIGNATURE, { ...world, url: 'https://tsa.example.com' }, never()).finally(world.settle);
    throw new Find('a timestamp with the nonce of another request was taken');
  },
});
