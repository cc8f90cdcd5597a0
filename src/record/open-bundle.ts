import { readBundle, type Envelope } from './bundle.ts';
import { findSigner, type Signing } from './find-signer.ts';
import { verifySignature } from './signature.ts';
import { parseStatement } from './statement.ts';
import type { Trust } from './trust.ts';
import type { Statement } from './types.ts';

/** A bundle whose signature holds, and the statement in it. */
export interface Opened {
  readonly envelope: Envelope;
  readonly signing: Signing;
  readonly statement: Statement;
}

/**
 * The last two that were opened: an intent is looked at by itself, and after its result was opened once more beside it.
 * A third of the work of a folder of records, and the longest part of it where they are keyless.
 */
const last = new WeakMap<Trust, readonly (Opened & { readonly text: string })[]>();

/** @throws {PipeError} as {@link readBundle}, {@link findSigner}, {@link verifySignature} and {@link parseStatement} do. */
export function openBundle(text: string, trust: Trust): Opened {
  const before = last.get(trust) ?? [];
  const same = before.find((opened) => opened.text === text);
  if (same) return same;
  const envelope = readBundle(text);
  const signing = findSigner(envelope, trust);
  verifySignature(envelope, signing.key);
  // The bytes that were verified are the bytes that are parsed.
  const opened = { text, envelope, signing, statement: parseStatement(envelope.payload, signing.key) };
  last.set(trust, [...before.slice(-1), opened]);
  return opened;
}
