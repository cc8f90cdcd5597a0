import { quote, refuseRecord } from './refuse.ts';

/** Far above any record (a few KiB); bounds the work that a hostile file can ask for. */
const MAX_LENGTH = 4 * 1024 * 1024;
const MAX_DEPTH = 32;
const COLON = /[ \t\n\r]*:/y;

/**
 * JSON in which no object names a key twice. Parsers differ in which of two values they take, so a record with a
 * double key could mean one thing to us and another to an auditor's tool.
 * @param what names the text in errors.
 * @throws {PipeError} `RECORD_INVALID`.
 */
export function parseStrictJson(text: string, what: string): unknown {
  if (text.length > MAX_LENGTH) {
    throw refuseRecord(`The length of ${what} is out of bounds.`, characters(text), `at most ${String(MAX_LENGTH)}`);
  }
  const value = parse(text, what);
  checkStructure(text, what);
  return value;
}

function parse(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw refuseRecord(`It is not JSON: ${what}.`, characters(text), 'one JSON value, whole');
  }
}

/**
 * The text must be valid JSON: there a string before a colon is a key, and brackets outside of strings are structure. An
 * array's entry is a set too, which stays empty. Not by a regular expression over strings: one of some megabytes, which
 * anyone can write, may be more than its stack has room for.
 */
function checkStructure(text: string, what: string): void {
  const open: Set<string>[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const unit = text[at];
    if (unit === '{' || unit === '[') open.push(new Set());
    else if (unit === '}' || unit === ']') open.pop();
    else if (unit === '"') {
      const end = endOfString(text, at);
      COLON.lastIndex = end + 1;
      if (COLON.test(text)) addKey(open.at(-1), JSON.parse(text.slice(at, end + 1)) as string, what);
      at = end;
    }
    if (open.length > MAX_DEPTH) {
      throw refuseRecord(`Too deeply nested: ${what}.`, `more than ${String(MAX_DEPTH)} levels`, 'a record');
    }
  }
}

/** The quote that ends the string that begins at `start`: the first with an even number of backslashes before it. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); ; end = text.indexOf('"', end + 1)) {
    let escapes = 0;
    while (text[end - 1 - escapes] === '\\') escapes += 1;
    if (escapes % 2 === 0) return end;
  }
}

function addKey(keys: Set<string> | undefined, key: string, what: string): void {
  if (keys?.has(key)) {
    throw refuseRecord(`A key stands twice in one object of ${what}.`, quote(key), 'every key once');
  }
  keys?.add(key);
}

function characters(text: string): string {
  return `${String(text.length)} characters`;
}
