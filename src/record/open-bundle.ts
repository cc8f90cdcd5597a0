import { readBundle, type Envelope } from './bundle.ts';
import { findSigner, type Place, type Signing } from './find-signer.ts';
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
  const { envelope, signing } = openEnvelope(text, trust);
  // The bytes that were verified are the bytes that are parsed.
  const opened = { text, envelope, signing, statement: parseStatement(envelope.payload, signing.key) };
  last.set(trust, [...before.slice(-1), opened]);
  return opened;
}

/**
 * A bundle whose signature holds, whatever its payload is.
 * @param place as {@link findSigner} has it.
 * @throws {PipeError} as {@link readBundle}, {@link findSigner} and {@link verifySignature} do.
 */
export function openEnvelope(text: string, trust: Trust, place?: Place): Omit<Opened, 'statement'> {
  const envelope = readBundle(text);
  const signing = findSigner(envelope, trust, place);
  verifySignature(envelope, signing.key);
  return { envelope, signing };
}
