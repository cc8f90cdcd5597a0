import { createHash } from 'node:crypto';
import type { SeenRecord } from '../../../src/audit/types.ts';
import { buildStatement, signRecord } from '../../../src/record/index.ts';
import type { Secret } from '../../../src/secret.ts';
import { createKeylessSigner } from '../../../src/signing/index.ts';
import type { Signer } from '../../../src/signing/types.ts';
import { mintToken, toFacts, type Token } from './facts.ts';
import type { HistoryKeys } from './keys.ts';

/** A bundle, and the digests that came of it. */
export interface WrittenRecord {
  readonly bundleJson: string;
  readonly digest: string;
  readonly payloadDigest: string;
}

/**
 * Signs what a record says as a run would have done it: by its own kind of key; what is to be refused by a key that is in
 * no list or with a bit turned round; what is to be unchecked by a token whose issuer's key nobody kept.
 */
export async function signSeen(record: SeenRecord, keys: HistoryKeys): Promise<WrittenRecord> {
  const { facts, verdict } = record;
  const unchecked = verdict.state === 'unchecked';
  const token = mintToken(facts, unchecked ? keys.lostIssuerKey : keys.issuer);
  const isTurned = verdict.state === 'refused' && Number.parseInt(record.digest.slice(0, 2), 16) % 2 === 0;
  const signer = chooseSigner(record, keys, token, isTurned);
  const at = verdict.state === 'verified' ? verdict.timestampAt : undefined;
  const signed = await signRecord(
    buildStatement(toFacts(facts, signer, token)),
    signer,
    ...(at === undefined ? [] : [keys.stamp(at)]),
  );
  const bundleJson = isTurned ? turnBit(signed.bundleJson) : signed.bundleJson;
  const digest = createHash('sha256').update(bundleJson).digest('hex');
  return { bundleJson, digest, payloadDigest: isTurned ? payloadOf(bundleJson) : signed.payloadDigest };
}

function chooseSigner({ verdict, facts }: SeenRecord, keys: HistoryKeys, token: Token, isTurned: boolean): Signer {
  if (verdict.state === 'refused' && !isTurned) return keys.strange;
  const issuer = verdict.state === 'unchecked' ? keys.lostIssuerKey : keys.issuer;
  if (verdict.state === 'unchecked' || facts.signerMode === 'keyless') {
    return createKeylessSigner({ token: forget(token.text), issuer: issuer.url, issuerKey: issuer.publicKey });
  }
  return facts.signerMode === 'key' ? keys.stored : keys.managed;
}

/** Each secret is remembered, and every text searched for it: of tens of thousands, made up here, that was most of the time. */
function forget(text: string): Secret {
  return { reveal: () => text } as unknown as Secret;
}

/** In the middle of the payload, where it stays base64. */
function turnBit(bundleJson: string): string {
  const bundle = JSON.parse(bundleJson) as { dsseEnvelope: { payload: string } };
  const bytes = Buffer.from(bundle.dsseEnvelope.payload, 'base64');
  // A digit of the time at the very end: what it says stays readable.
  const at = bytes.length - 6;
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  bundle.dsseEnvelope.payload = bytes.toString('base64');
  return JSON.stringify(bundle);
}

function payloadOf(bundleJson: string): string {
  const { dsseEnvelope } = JSON.parse(bundleJson) as { dsseEnvelope: { payload: string } };
  return createHash('sha256').update(Buffer.from(dsseEnvelope.payload, 'base64')).digest('hex');
}
