import { sha256Hex } from '../digest.ts';
import type { Envelope } from './bundle.ts';
import { checkIntent, checkManifest } from './companions.ts';
import { refuseKey } from './find-signer.ts';
import { describeIntent, describeManifest, describeTimestamp } from './found.ts';
import { judgeSigner, type Standing } from './judge-signer.ts';
import { openBundle } from './open-bundle.ts';
import { present } from './present.ts';
import { refuseRecord } from './refuse.ts';
import { verifyTimestamp } from './timestamp.ts';
import type { Trust } from './trust.ts';
import type { Statement, VerifiedRecord, VerifyOptions } from './types.ts';
import { findUnknownFields } from './unknown-fields.ts';
import { wordOfRecord } from './word.ts';

/**
 * Verifies a record offline, by trust that was given from outside: shape of the bundle, signature, the key's standing,
 * timestamp, statement, proof, and the files beside it that are given.
 * @param bundleText the `.sigstore.json` file.
 * @throws {PipeError} `SIGNATURE_INVALID` (no signature by a key that is trusted for it), `RECORD_INVALID` (malformed,
 * contradicting itself or its companions, or a sandbox record), `TRUST_MATERIAL_MISSING` (nothing was given to check such
 * a record with: neither good nor bad).
 */
export function verifyRecord(bundleText: string, trust: Trust, options: VerifyOptions): VerifiedRecord {
  const { manifestText, intentText } = options;
  const verified = verifyBundle(bundleText, trust, options);
  const { statement, envelope, timestamp, standing } = verified;
  if (manifestText !== undefined) checkManifest(statement, manifestText);
  const intent = intentText === undefined ? undefined : verifyIntent(intentText, verified, trust, options);
  // Who signed the intent within the token's life had both; the result is by the same key, however late it came.
  const timed = intent?.standing.assurance === 'timed';
  return {
    statement,
    payloadDigest: sha256Hex(envelope.payload),
    keyId: envelope.keyId,
    assurance: timed ? 'timed' : standing.assurance,
    ...present('timestamp', timestamp),
    ...present('stamped', envelope.timestamp && (true as const)),
    checks: [
      { name: 'envelope', found: 'a Sigstore bundle v0.3 with one signature' },
      { name: 'signature', found: `good, by ${envelope.keyId}` },
      ...standing.checks,
      { name: 'timestamp', found: describeTimestamp(envelope, timestamp) },
      {
        name: 'statement',
        found: `fits the schema and itself; subjects: ${statement.subject.map(({ name }) => name).join(', ')}`,
      },
      { name: 'manifest', found: describeManifest(statement, manifestText) },
      { name: 'intent', found: describeIntent(statement, intent) },
    ],
    warnings: [...standing.warnings, ...warn(verified)],
  };
}

interface Verified {
  readonly envelope: Envelope;
  readonly statement: Statement;
  readonly timestamp: VerifiedRecord['timestamp'];
  readonly standing: Standing;
}

interface BundleOptions extends Pick<VerifyOptions, 'now' | 'allowSandbox'> {
  /** By when the payload was there, as another record shows that names its digest. */
  readonly namedAt?: number | undefined;
}

function verifyBundle(
  text: string,
  trust: Trust,
  { now, allowSandbox, namedAt }: BundleOptions,
  by?: string,
): Verified {
  const { envelope, signing, statement } = openBundle(text, trust);
  if (by !== undefined && envelope.keyId !== by) throw refuseKey(envelope.keyId, [by]);
  if (statement.predicate.sandbox && !allowSandbox) throw refuseSandbox();
  const { timestamp: der, signature, payload } = envelope;
  const timestamp = der && trust.authorities && verifyTimestamp(der, signature, trust.authorities);
  const times = { provenAt: timestamp?.at ?? namedAt, now };
  return {
    envelope,
    statement,
    timestamp,
    standing: judgeSigner(signing, wordOfRecord(statement), payload, times, trust),
  };
}

/** The intent of a result: by its key, and of its token. */
function verifyIntent(text: string, result: Verified, trust: Trust, { now, allowSandbox }: VerifyOptions): Verified {
  const { statement, envelope, timestamp, standing } = result;
  const options = { now, allowSandbox, namedAt: timestamp?.at };
  const intent = verifyBundle(text, trust, options, envelope.keyId);
  checkIntent(statement, { ...intent, payloadDigest: sha256Hex(intent.envelope.payload) });
  if (intent.standing.token?.payload !== standing.token?.payload) {
    throw refuseRecord('The intent is not the one of this result.', 'a proof of another token', "the result's token");
  }
  return intent;
}

function refuseSandbox(): Error {
  return refuseRecord(
    'The record comes from a sandbox: its issuer or API was a loopback address. It proves no deployment.',
    'sandbox: true',
    'sandbox: false',
    'To check a trial run all the same, add --allow-sandbox.',
  );
}

function warn({ statement, envelope, timestamp }: Verified): readonly string[] {
  const unknown = findUnknownFields(statement).map(
    (place) => `The field ${place} is not known to this version; ignored.`,
  );
  const unread = envelope.timestamp && !timestamp ? ['The record has a timestamp that was not checked: no --tsa.'] : [];
  return [...unread, ...unknown];
}
