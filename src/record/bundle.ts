import { fromStrictBase64, toBase64 } from '../digest.ts';
import { present } from './present.ts';
import { quote, refuseRecord } from './refuse.ts';
import { parseStrictJson } from './strict-json.ts';
import { BUNDLE_MEDIA_TYPE, PAYLOAD_TYPE } from './types.ts';

/** The parts of a bundle that count, decoded. */
export interface Envelope {
  readonly payload: Uint8Array;
  readonly signature: Uint8Array;
  readonly keyId: string;
  /** RFC 3161: a TimeStampResp in DER over the signature's bytes. */
  readonly timestamp?: Uint8Array | undefined;
}

const TIMESTAMPS = 'timestampVerificationData';
/** With its certificates; far above what authorities send. */
const MAX_TIMESTAMP_BYTES = 64 * 1024;

/** A Sigstore bundle v0.3 of one DSSE envelope, as compact JSON: no byte in it is without meaning. */
export function writeBundle({ payload, signature, keyId, timestamp }: Envelope): string {
  const timestamps = timestamp && { rfc3161Timestamps: [{ signedTimestamp: toBase64(timestamp) }] };
  return JSON.stringify({
    mediaType: BUNDLE_MEDIA_TYPE,
    verificationMaterial: {
      publicKey: { hint: keyId },
      tlogEntries: [],
      ...present('timestampVerificationData', timestamps),
    },
    dsseEnvelope: {
      payload: toBase64(payload),
      payloadType: PAYLOAD_TYPE,
      signatures: [{ keyid: keyId, sig: toBase64(signature) }],
    },
  });
}

/**
 * Reads a bundle more strictly than public libraries do: they take unknown fields, any base64 and a key id that
 * differs from the hint. What only some tools take, none may rely on.
 * @throws {PipeError} `RECORD_INVALID`.
 */
export function readBundle(text: string): Envelope {
  const bundle = readObject(parseStrictJson(text, 'the bundle'), 'the bundle', [
    'mediaType',
    'verificationMaterial',
    'dsseEnvelope',
  ]);
  expectText(bundle['mediaType'], 'mediaType', BUNDLE_MEDIA_TYPE);
  const { hint, timestamp } = readMaterial(bundle['verificationMaterial']);

  const envelope = readObject(bundle['dsseEnvelope'], 'dsseEnvelope', ['payload', 'payloadType', 'signatures']);
  expectText(envelope['payloadType'], 'payloadType', PAYLOAD_TYPE);
  // With more than one signature, tools differ in which one they check.
  const only = readOnly(envelope['signatures'], 'The envelope does not have exactly one signature.', 'signature');
  const { keyid, sig } = readObject(only, 'the signature', ['keyid', 'sig']);
  if (typeof hint !== 'string' || keyid !== hint) {
    throw refuseRecord(
      "The signature's keyid differs from the bundle's hint.",
      `keyid ${quote(keyid)}, hint ${quote(hint)}`,
      'one key id, twice',
    );
  }
  return {
    payload: readBase64(envelope['payload'], 'payload'),
    signature: readBase64(sig, 'sig'),
    keyId: hint,
    timestamp,
  };
}

function readMaterial(value: unknown): { readonly hint: unknown; readonly timestamp: Uint8Array | undefined } {
  const timed = typeof value === 'object' && value !== null && TIMESTAMPS in value;
  const keys = ['publicKey', 'tlogEntries', ...(timed ? [TIMESTAMPS] : [])];
  const material = readObject(value, 'verificationMaterial', keys);
  const entries = material['tlogEntries'];
  if (!Array.isArray(entries) || entries.length > 0) {
    throw refuseRecord(
      'The bundle does not have an empty tlogEntries.',
      quote(entries),
      '[]: log entries are not yet supported in this version',
    );
  }
  const { hint } = readObject(material['publicKey'], 'publicKey', ['hint']);
  return { hint, timestamp: timed ? readTimestamp(material[TIMESTAMPS]) : undefined };
}

/** One, if any: of several, one reader might believe this and another that. */
function readTimestamp(value: unknown): Uint8Array {
  const { rfc3161Timestamps: list } = readObject(value, TIMESTAMPS, ['rfc3161Timestamps']);
  const only = readOnly(list, 'The bundle does not have exactly one timestamp.', 'timestamp');
  const { signedTimestamp } = readObject(only, 'the timestamp', ['signedTimestamp']);
  const bytes = readBase64(signedTimestamp, 'signedTimestamp');
  if (bytes.length <= MAX_TIMESTAMP_BYTES) return bytes;
  const got = `${String(bytes.length)} bytes`;
  throw refuseRecord('The timestamp is out of bounds.', got, `at most ${String(MAX_TIMESTAMP_BYTES)}`);
}

function readOnly(value: unknown, message: string, name: string): unknown {
  if (Array.isArray(value) && value.length === 1) return value[0];
  throw refuseRecord(message, Array.isArray(value) ? `${String(value.length)} ${name}s` : quote(value), `1 ${name}`);
}

function readObject(value: unknown, name: string, keys: readonly string[]): Record<string, unknown> {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  const found = isObject ? Object.keys(value) : [];
  if (!isObject || found.length !== keys.length || found.some((key) => !keys.includes(key))) {
    const got = isObject ? quote(found) : quote(value);
    throw refuseRecord(`The shape of ${name} is not that of a record.`, got, `an object of ${keys.join(', ')}`);
  }
  return value as Record<string, unknown>;
}

function expectText(value: unknown, name: string, wanted: string): void {
  if (value !== wanted) throw refuseRecord(`The bundle's ${name} is another one.`, quote(value), quote(wanted));
}

function readBase64(value: unknown, name: string): Uint8Array {
  const bytes = typeof value === 'string' && value !== '' ? fromStrictBase64(value) : undefined;
  if (!bytes) {
    throw refuseRecord(
      `The encoding of ${name} is not strict base64.`,
      quote(value),
      'standard base64 with padding (not the url alphabet)',
    );
  }
  return bytes;
}
