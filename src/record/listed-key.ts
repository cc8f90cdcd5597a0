import type { ListedKey } from './key-list.ts';
import { quote, refuseRecord, refuseSignature } from './refuse.ts';
import type { SignerWord } from './word.ts';

/** Milliseconds since 1970. */
export interface Times {
  /** By an authority that is trusted: by then the signature was there. */
  readonly provenAt: number | undefined;
  readonly now: number;
}

/** What a statement says of itself, as far as a list of keys has a word in it. */
type Word = Pick<SignerWord, 'mode' | 'target' | 'signedAt'>;

/**
 * The entry of the list that covers a record: of the same kind, for its target, at its time. `signedAt` is the signer's
 * own word: whoever took a retired key can write any. So once an entry has ended, a record without a timestamp is refused.
 * @throws {PipeError} `RECORD_INVALID` for another kind of signer, `SIGNATURE_INVALID` for a key outside its targets or time.
 */
export function chooseEntry(entries: readonly ListedKey[], word: Word, times: Times): ListedKey {
  const ofKind = entries.filter(({ mode }) => mode === word.mode);
  if (ofKind.length === 0) {
    const listed = [...new Set(entries.map(({ mode }) => mode))].join(' or ');
    throw refuseRecord('The record names another kind of signer than the list of keys.', word.mode, listed);
  }
  const forTarget = ofKind.filter(({ targets }) => targets === undefined || targets.includes(word.target));
  if (forTarget.length === 0) {
    const listed = [...new Set(ofKind.flatMap(({ targets }) => targets ?? []))].map(quote).join(' or ');
    throw refuseSignature('The key may not sign for this target.', quote(word.target), listed);
  }
  const entry = forTarget.find((candidate) => covers(candidate, word, times));
  if (entry) return entry;
  throw refuseTime(forTarget, word, times);
}

function covers({ start, end = Infinity }: ListedKey, { signedAt }: Word, { provenAt, now }: Times): boolean {
  if (provenAt !== undefined) return isBetween(provenAt, start, end);
  return isBetween(Date.parse(signedAt), start, end) && now <= end;
}

function refuseTime(entries: readonly ListedKey[], { signedAt }: Word, { provenAt, now }: Times): Error {
  const wanted = entries.map(describePeriod).join(', or ');
  if (provenAt !== undefined) {
    return refuseSignature('The key was not valid at the time of the timestamp.', toIso(provenAt), wanted);
  }
  const within = entries.some(({ start, end = Infinity }) => isBetween(Date.parse(signedAt), start, end));
  if (!within) return refuseSignature('The key was not valid when the record says it was signed.', signedAt, wanted);
  return refuseSignature(
    'The key is no longer valid, and no timestamp shows that the record was signed before its end.',
    `signed at ${signedAt} by its own word, and now it is ${toIso(now)}`,
    wanted,
    "Give the timestamp authority's certificates (--tsa) where the record has a timestamp.",
  );
}

function isBetween(at: number, start: number, end: number): boolean {
  return at >= start && at <= end;
}

export function describePeriod({ start, end }: ListedKey): string {
  return end === undefined ? `from ${toIso(start)} on` : `from ${toIso(start)} to ${toIso(end)}`;
}

function toIso(ms: number): string {
  return new Date(ms).toISOString();
}
