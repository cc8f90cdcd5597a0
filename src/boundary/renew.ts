import { isMap, isScalar, parseDocument, type ParsedNode, type Scalar } from 'yaml';
import { PipeError } from '../errors.ts';
import { nextDates, type PolicyDates } from './renew-dates.ts';

/** A policy file that is good as a whole; throws for any other. `parsePolicy` fits. */
export type ReadPolicy = (bytes: Uint8Array) => Partial<PolicyDates>;

export interface Renewal {
  readonly bytes: Uint8Array;
  /** What changed, one line for each date: `expires: 2026-11-30 -> 2026-12-30`. */
  readonly changes: readonly string[];
}

/**
 * A policy file with new dates, every other byte as it was. Only a good policy is renewed, and what comes out is read
 * again: a layout that this code does not know ends in an error, never in another policy.
 * @param now milliseconds since 1970.
 * @param days how long it is to live; undefined for as long as before.
 * @throws {PipeError} what `read` throws; `USAGE` for wrong `days`; `POLICY_INVALID` where the dates cannot be set.
 */
export function renewFile(bytes: Uint8Array, read: ReadPolicy, now: number, days?: number): Renewal {
  const before = read(bytes);
  const dates = nextDates(before, now, days);
  // The mark at the beginning of a file is one of its bytes too.
  const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  const renewed = new TextEncoder().encode(renewPolicy(text, dates));
  const after = read(renewed);
  const asWanted = after.issued === dates.issued && after.expires === dates.expires;
  if (!asWanted || restOf(after) !== restOf(before)) throw unknownLayout();
  const tell = (key: keyof PolicyDates): string => `${key}: ${before[key] ?? 'none'} -> ${dates[key]}`;
  return { bytes: renewed, changes: [tell('issued'), tell('expires')] };
}

/** An alias elsewhere may stand for a date: what grants say must not change with it. */
function restOf(policy: Partial<PolicyDates>): string {
  return JSON.stringify(Object.entries(policy).filter(([key]) => !['issued', 'expires', 'digest'].includes(key)));
}

/** A key at the top of the file, and where its value begins and ends. */
interface Entry {
  readonly key: Scalar;
  readonly start: number;
  readonly end: number;
  readonly value: unknown;
}

/**
 * The text with these dates. A date that is there is replaced within its quotes; one that is missing gets a line of its
 * own below `issued`, `minPipe` or `version`, whichever is last.
 */
export function renewPolicy(text: string, dates: PolicyDates): string {
  const withIssued = setDate(text, 'issued', dates.issued, ['version', 'minPipe']);
  return setDate(withIssued, 'expires', dates.expires, ['issued']);
}

function setDate(text: string, name: string, date: string, above: readonly string[]): string {
  const root = parseDocument(text, { version: '1.2', schema: 'core', logLevel: 'error' }).contents;
  const entries = listEntries(root);
  const found = entries.find(({ key }) => key.value === name);
  if (found) return text.slice(0, found.start) + replaceDate(text, found, date) + text.slice(found.end);
  const anchor = entries.filter(({ key }) => above.includes(String(key.value))).at(-1);
  if (!anchor) throw unknownLayout();
  return isMap(root) && root.flow === true
    ? insertInFlow(text, anchor, name, date)
    : insertLine(text, anchor, `${name}: ${date}`);
}

function listEntries(root: ParsedNode | null): readonly Entry[] {
  if (!isMap(root)) throw unknownLayout();
  return root.items.flatMap(({ key, value }) => {
    const range = value?.range;
    return isScalar(key) && range
      ? [{ key, start: range[0], end: range[1], value: isScalar(value) ? value.value : undefined }]
      : [];
  });
}

/** Quotes, or the head of a block, stay: only the date in it changes. */
function replaceDate(text: string, { start, end, value }: Entry, date: string): string {
  const source = text.slice(start, end);
  // The last one: the head of a block may have a comment that tells it too.
  const at = typeof value === 'string' ? source.lastIndexOf(value) : -1;
  // An escape may hide the date, or a part of it: `"\x32026-11-01"`.
  if (at === -1 || source.includes('\\')) return `'${date}'`;
  return source.slice(0, at) + date + source.slice(at + date.length);
}

/** In `{ … }`; where keys are quoted, as in JSON, the new one is too. */
function insertInFlow(text: string, { key, end }: Entry, name: string, date: string): string {
  const quote = key.type === 'QUOTE_DOUBLE' ? '"' : '';
  return `${text.slice(0, end)}, ${quote}${name}${quote}: ${quote}${date}${quote}${text.slice(end)}`;
}

/** Below the entry's last line and its comment, indented as its key, with that line's kind of line end. */
function insertLine(text: string, { key, end }: Entry, line: string): string {
  const keyLine = text.slice(text.lastIndexOf('\n', key.range?.[0]) + 1);
  const indent = /^ */.exec(keyLine)?.[0] ?? '';
  // A block's value ends behind its line end; every other one before it.
  const lineEnd = text.indexOf('\n', end - 1);
  if (lineEnd === -1) return `${text}${text.includes('\r\n') ? '\r\n' : '\n'}${indent}${line}`;
  const newline = text[lineEnd - 1] === '\r' ? '\r\n' : '\n';
  return `${text.slice(0, lineEnd + 1)}${indent}${line}${newline}${text.slice(lineEnd + 1)}`;
}

function unknownLayout(): PipeError {
  return new PipeError({
    code: 'POLICY_INVALID',
    message: 'The dates of this policy cannot be set by a tool without changing more than them.',
    wanted: 'issued and expires as keys of their own, at the top of the file',
    fix: 'Set both by hand: issued: YYYY-MM-DD and expires: YYYY-MM-DD.',
  });
}
