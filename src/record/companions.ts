import { sha256Hex } from '../digest.ts';
import { quote, refuseRecord } from './refuse.ts';
import type { Statement, VerifiedRecord } from './types.ts';

/**
 * Checks that the manifest file beside a record is the one that it names.
 * @throws {PipeError} `RECORD_INVALID`.
 */
export function checkManifest({ predicate }: Statement, text: string): void {
  const wanted = predicate.manifest?.digest.sha256;
  if (wanted === undefined) {
    throw refuseRecord(
      'The record names no manifest: its run ended before there was one.',
      'a manifest file',
      'no manifest file',
      'Check the record without a manifest.',
    );
  }
  const got = sha256Hex(text);
  if (got !== wanted) {
    throw refuseRecord(
      'The manifest is not the one of this record: it was changed, or belongs to another deployment.',
      `SHA-256 ${got}`,
      `SHA-256 ${wanted}`,
    );
  }
}

/**
 * Checks that a verified intent is the one that a result followed from.
 * @throws {PipeError} `RECORD_INVALID`.
 */
export function checkIntent(
  { predicate: result }: Statement,
  intent: Pick<VerifiedRecord, 'statement' | 'payloadDigest'>,
): void {
  const wanted = result.intent?.digest.sha256;
  if (wanted === undefined) {
    const got = result.phase === 'intent' ? 'an intent' : 'a result whose run ended before its intent';
    throw refuseRecord('The record belongs to no intent.', got, 'a result that names its intent');
  }
  const { predicate: before } = intent.statement;
  if (before.phase !== 'intent') {
    throw refuseRecord('What was given as the intent is none.', `phase ${quote(before.phase)}`, 'phase "intent"');
  }
  const pairs = [
    ['recordId', before.recordId, result.recordId],
    ['payload SHA-256', intent.payloadDigest, wanted],
    ['action', before.action, result.action],
    ['sandbox', before.sandbox, result.sandbox],
    ['teamId', before.vercel.teamId, result.vercel.teamId],
    ['projectId', before.vercel.projectId, result.vercel.projectId],
    ['target', before.vercel.target, result.vercel.target],
    ['token SHA-256', before.oidc.tokenDigest.sha256, result.oidc.tokenDigest.sha256],
    ['manifest SHA-256', before.manifest?.digest.sha256, result.manifest?.digest.sha256],
    ['environment SHA-256', digestOf(before), digestOf(result)],
  ] as const;
  for (const [name, ofIntent, ofResult] of pairs) {
    if (ofIntent === ofResult) continue;
    throw refuseRecord(
      'The intent is not the one of this result.',
      `${name} ${quote(ofIntent)} in the intent`,
      `${name} ${quote(ofResult)}, as in the result`,
    );
  }
}

function digestOf({ environmentMetadata }: Statement['predicate']): string | undefined {
  return environmentMetadata?.digest.sha256;
}
