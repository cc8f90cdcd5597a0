import { fromStrictBase64, toBase64 } from '../digest.ts';
import { quote, refuseRecord } from './refuse.ts';
import { parseStrictJson } from './strict-json.ts';
import { BUNDLE_MEDIA_TYPE, PAYLOAD_TYPE } from './types.ts';

/** The parts of a bundle that count, decoded. */
export interface Envelope {
  readonly payload: Uint8Array;
  readonly signature: Uint8Array;
  readonly keyId: string;
}

/** A Sigstore bundle v0.3 of one DSSE envelope, as compact JSON: no byte in it is without meaning. */
export function writeBundle({ payload, signature, keyId }: Envelope): string {
  return JSON.stringify({
    mediaType: BUNDLE_MEDIA_TYPE,
    verificationMaterial: { publicKey: { hint: keyId }, tlogEntries: [] },
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
  const hint = readHint(bundle['verificationMaterial']);

  const envelope = readObject(bundle['dsseEnvelope'], 'dsseEnvelope', ['payload', 'payloadType', 'signatures']);
  expectText(envelope['payloadType'], 'payloadType', PAYLOAD_TYPE);
  const { keyid, sig } = readOnlySignature(envelope['signatures']);
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
  };
}

function readHint(value: unknown): unknown {
  const material = readObject(value, 'verificationMaterial', ['publicKey', 'tlogEntries']);
  const entries = material['tlogEntries'];
  if (!Array.isArray(entries) || entries.length > 0) {
    throw refuseRecord(
      'The bundle does not have an empty tlogEntries.',
      quote(entries),
      '[]: log entries are not yet supported in this version',
    );
  }
  return readObject(material['publicKey'], 'publicKey', ['hint'])['hint'];
}

/** A bundle holds one signature; with more, tools differ in which one they check. */
function readOnlySignature(value: unknown): Record<string, unknown> {
  if (!Array.isArray(value) || value.length !== 1) {
    const got = Array.isArray(value) ? `${String(value.length)} signatures` : quote(value);
    throw refuseRecord('The envelope does not have exactly one signature.', got, '1 signature');
  }
  return readObject(value[0], 'the signature', ['keyid', 'sig']);
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
