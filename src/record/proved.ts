import { sha256Hex } from '../digest.ts';
import { readBundle } from './bundle.ts';
import { checkIntent } from './companions.ts';
import { chooseEntry, type Times } from './listed-key.ts';
import { follow, parseLoosely } from './loose-json.ts';
import { findParts, findPayload } from './proved-parts.ts';
import { parseStatement } from './statement.ts';
import type { Judged } from './trust-digest.ts';
import type { Trust } from './trust.ts';
import type { Statement } from './types.ts';
import { wordOfRecord } from './word.ts';

const TIMESTAMPS = 'timestampVerificationData';
const TEXT = new TextDecoder();

/** An array of its own for each of 100,000 payloads is a tenth of the time that an audit takes for them. */
const SCRATCH = Buffer.allocUnsafeSlow(64 * 1024);

/** Good until the next one is decoded. */
function decode(encoded: string): Uint8Array {
  if (encoded.length > SCRATCH.byteLength) return Buffer.from(encoded, 'base64');
  return SCRATCH.subarray(0, SCRATCH.write(encoded, 'base64'));
}

/** A record that was proved before, or whose payload another record proves. */
export interface Proved extends Judged {
  /** SHA-256 of the DSSE payload, hex. */
  readonly payloadDigest: string;
}

/** What a bundle claims, of whatever text that is. Undefined where it has no payload or no key. */
export function readClaimedBundle(text: string): Proved | undefined {
  const bundle = parseLoosely(text);
  const encoded = follow(bundle, 'dsseEnvelope', 'payload');
  const keyId = follow(bundle, 'verificationMaterial', 'publicKey', 'hint');
  if (typeof encoded !== 'string' || typeof keyId !== 'string') return undefined;
  return toProved(decode(encoded), keyId, follow(bundle, 'verificationMaterial', TIMESTAMPS) !== undefined);
}

/**
 * Reads a bundle that is known by the SHA-256 of its bytes to be one that {@link verifyRecord} has taken: nothing is
 * checked again, and only the payload is parsed.
 */
export function readProvedBundle(bytes: Uint8Array): Proved | undefined {
  const parts = findParts(bytes);
  return parts ? toProved(decode(parts.payload), parts.keyId, parts.stamped) : readClaimedBundle(TEXT.decode(bytes));
}

function toProved(payload: Uint8Array, keyId: string, stamped: boolean): Proved {
  return { statement: parseLoosely(payload) as Statement, payloadDigest: sha256Hex(payload), keyId, stamped };
}

/** Whether a bundle has a timestamp; of any text. */
export function isClaimedStamped(text: string): boolean {
  return text.includes(TIMESTAMPS) && readClaimedBundle(text)?.stamped === true;
}

/**
 * The same as {@link isNamedIntent}, but for the key, of a bundle's bytes that {@link verifyRecord} has taken: the digest of
 * the payload is all that it takes to know it, so the rest is not parsed.
 * @param agreed they were compared before, and the intent did not contradict the result
 * @throws {PipeError} as {@link checkIntent} does, where it is the one and contradicts the result.
 */
export function holdsNamedIntent(bytes: Uint8Array, result: Statement, agreed = false): boolean {
  const encoded = findPayload(bytes);
  if (encoded === undefined) return false;
  const payload = decode(encoded);
  const payloadDigest = sha256Hex(payload);
  if (payloadDigest !== result.predicate.intent?.digest.sha256) return false;
  if (!agreed) checkIntent(result, { statement: parseLoosely(payload) as Statement, payloadDigest });
  return true;
}

/**
 * An intent whose payload is the one that a verified result names, by the same key: the result's signature is over that
 * digest, so neither signature nor proof of the intent is looked at. Undefined where it is another.
 * @param result verified
 * @throws {PipeError} `RECORD_INVALID`: as {@link readBundle}, {@link parseStatement} and {@link checkIntent} do.
 */
export function readNamedIntent(text: string, result: Statement): Proved | undefined {
  const { keyId, payload, timestamp } = readBundle(text);
  const payloadDigest = sha256Hex(payload);
  const { intent, signer } = result.predicate;
  if (keyId !== signer.keyId || payloadDigest !== intent?.digest.sha256) return undefined;
  const statement = parseStatement(payload, signer);
  checkIntent(result, { statement, payloadDigest });
  return { statement, payloadDigest, keyId, stamped: timestamp !== undefined };
}

/**
 * Whether an intent that was proved before is the one that a verified result names.
 * @throws {PipeError} as {@link checkIntent} does, where it is and contradicts the result.
 */
export function isNamedIntent(intent: Proved, result: Statement): boolean {
  if (intent.payloadDigest !== result.predicate.intent?.digest.sha256) return false;
  checkIntent(result, intent);
  return intent.keyId === result.predicate.signer.keyId;
}

/**
 * What time can change of a proof: a listed key whose period has ended since is believed no more without a timestamp.
 * @throws {PipeError} as {@link chooseEntry} does.
 */
export function judgeAgain({ keyId, statement }: Judged, trust: Trust, times: Times): void {
  const entries = trust.listed.get(keyId);
  if (entries) chooseEntry(entries, wordOfRecord(statement), times);
}
