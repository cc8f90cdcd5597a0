import { quote, refuseRecord } from './refuse.ts';

/** Far above any record (a few KiB); bounds the work that a hostile file can ask for. */
const MAX_LENGTH = 4 * 1024 * 1024;
const MAX_DEPTH = 32;
/** In valid JSON, a string before a colon is a key, and brackets outside strings are structure. */
const TOKENS = /"(?:[^"\\]+|\\.)*"(\s*:)?|[{}[\]]/g;

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

/** The text must be valid JSON. An array's entry is a set too, which stays empty. */
function checkStructure(text: string, what: string): void {
  const open: Set<string>[] = [];
  for (const [token, colon] of text.matchAll(TOKENS)) {
    if (token === '{' || token === '[') open.push(new Set());
    else if (token === '}' || token === ']') open.pop();
    else if (colon !== undefined) addKey(open.at(-1), JSON.parse(token.slice(0, -colon.length)) as string, what);
    if (open.length > MAX_DEPTH) {
      throw refuseRecord(`Too deeply nested: ${what}.`, `more than ${String(MAX_DEPTH)} levels`, 'a record');
    }
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
