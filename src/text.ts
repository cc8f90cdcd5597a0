import { redact } from './secret.ts';

const MAX_SHOWN_CHARS = 80;

/** A value as JSON in ASCII, cut: look-alike letters become visible, and no control character reaches the log. */
export function show(value: unknown): string {
  return showUpTo(MAX_SHOWN_CHARS, value);
}

/** The same, cut elsewhere. */
export function showUpTo(maxChars: number, value: unknown): string {
  if (value === undefined) return 'nothing';
  // Before it is cut: the half of a secret is known to nobody.
  const json = redact(toAscii(writeJson(value)));
  return json.length > maxChars ? `${json.slice(0, maxChars)}…` : json;
}

/** A foreign value may be nested deeper than the stack. */
function writeJson(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    return '(nested too deeply to show)';
  }
}

/** Every character that is not printable ASCII as its escape. */
export function toAscii(text: string): string {
  // Nearly always, and a third of the time.
  if (!/[^\x20-\x7e]/.test(text)) return text;
  return text.replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/**
 * The same for what must be found again by it: a backslash is escaped as well, so that no two texts become one.
 * {@link fromNameAscii} takes it back.
 */
export function toNameAscii(name: string): string {
  return toAscii(name.replaceAll('\\', String.raw`\u005c`));
}

export function fromNameAscii(ascii: string): string {
  return ascii.replace(/\\u([0-9a-f]{4})/g, (_escape, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}

/**
 * A text as it may be printed: what a terminal obeys instead of showing it (its escape sequences in either form), and what
 * makes a line be read in another order than it is written, as escapes. Line breaks and tabs stay.
 */
export function toPrintable(text: string): string {
  return text.replace(
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/**
 * Bitbucket writes UUIDs with braces in some places and without in others, in either case. ASCII alone: a letter that
 * only looks like another, or lower-cases to it (the Kelvin sign to k), is never the same; nor is an empty text.
 */
export function sameUuid(a: string, b: string): boolean {
  const bare = bareUuid(a);
  return bare !== '' && bare === bareUuid(b);
}

/** In lower case, without braces. */
export function bareUuid(uuid: string): string {
  const bare = uuid.startsWith('{') && uuid.endsWith('}') ? uuid.slice(1, -1) : uuid;
  return /[A-Z]/.test(bare) ? bare.replace(/[A-Z]/g, (letter) => letter.toLowerCase()) : bare;
}

/**
 * True where the text is the pattern, with `*` for any run of characters, none included. It never goes back: each part
 * between two `*` is searched for once, behind the one before it.
 */
export function matchGlob(pattern: string, text: string): boolean {
  const [head = '', ...rest] = pattern.split('*');
  const tail = rest.pop();
  if (tail === undefined) return text === pattern;
  if (!text.startsWith(head)) return false;
  let position = head.length;
  for (const part of rest) {
    const found = text.indexOf(part, position);
    if (found === -1) return false;
    position = found + part.length;
  }
  return text.endsWith(tail) && text.length - tail.length >= position;
}
