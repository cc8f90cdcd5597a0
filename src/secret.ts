/**
 * A token or key that no log, JSON or inspect can print.
 *
 * The text leaves only through {@link Secret.reveal}, which is called where a header or a form is
 * written, where the step's token is verified, and by the signer that needs the key itself. Every secret made is remembered, so that
 * {@link redact} can take it out of text that others wrote: a server's echo, an error of a library.
 */
const INSPECT = Symbol.for('nodejs.util.inspect.custom');
const REDACTED = '[redacted]';
/** Shorter texts would blank out ordinary words of a log. */
const MIN_REDACTED_LENGTH = 8;
/** Where a bearer token of Vercel begins, or a JWT, even those that this process never knew. */
const TOKEN_BEGINS = /\b(?:vc[pairk]_|eyJ)/g;
const NO_TOKEN_CHARACTER = /[^A-Za-z0-9_-]/g;
/** Of a token behind its beginning, and of a JWT's second part. */
const LEAST_CHARS = 8;

/** Of both, what has the fewest characters. */
const SHORTEST_SHAPE = 'vcp_'.length + 8;

/** Nothing else can stand in a header, and nothing longer is a token. */
const TOKEN = /^[\x21-\x7e]{1,65536}$/;

const known = new Set<string>();
/** The longest first: where one is a part of another, the rest of that other one would stay. */
const byLength: string[] = [];
let isSorted = true;

export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
    for (const form of listForms(text)) {
      if (form.length < MIN_REDACTED_LENGTH || known.has(form)) continue;
      known.add(form);
      byLength.push(form);
      isSorted = false;
    }
  }

  /** The secret itself. Every call is a place to review. */
  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return REDACTED;
  }

  toJSON(): string {
    return REDACTED;
  }

  [INSPECT](): string {
    return REDACTED;
  }
}

/** As it may stand in what others write: in an address, in a form, in JSON in either spelling, line by line. */
function listForms(text: string): readonly string[] {
  // Half a surrogate pair, as JSON can bring it, is no text that could be encoded.
  const whole = text.toWellFormed();
  const json = JSON.stringify(text).slice(1, -1);
  const ascii = json.replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
  const form = new URLSearchParams({ '': whole }).toString().slice(1);
  return [text, encodeURIComponent(whole), form, json, ascii, ...text.split(/\r?\n/)];
}

/** Whether a header can carry it: a token, key or secret as a server gives one. */
export function isToken(value: unknown): value is string {
  return typeof value === 'string' && TOKEN.test(value);
}

/** The text with every known secret, and everything shaped like a token, replaced. */
export function redact(text: string): string {
  if (!isSorted) byLength.sort((a, b) => b.length - a.length);
  isSorted = true;
  let clean = text;
  for (const secret of byLength) {
    // A comparison of lengths first: an audit asks this of millions of short texts, and most secrets are longer.
    if (secret.length <= clean.length && clean.includes(secret)) clean = clean.replaceAll(secret, REDACTED);
  }
  return clean.length < SHORTEST_SHAPE ? clean : hideShapes(clean);
}

/**
 * By hand, and each character once: a pattern for the whole of a token follows every `-eyJ` of a long text to its end, and
 * runs out of stack in a run of megabytes.
 */
function hideShapes(text: string): string {
  const parts: string[] = [];
  let [from, run] = [0, { end: 0, jwtEnd: 0 }];
  TOKEN_BEGINS.lastIndex = 0;
  for (let found = TOKEN_BEGINS.exec(text); found; found = TOKEN_BEGINS.exec(text)) {
    const { index } = found;
    if (index >= run.end) run = measureRun(text, index);
    const isLong = run.end - index - found[0].length >= LEAST_CHARS;
    const end = found[0] === 'eyJ' ? run.jwtEnd : run.end;
    if (!isLong || end === 0) continue;
    parts.push(text.slice(from, index), REDACTED);
    from = end;
    TOKEN_BEGINS.lastIndex = end;
  }
  return from === 0 ? text : parts.join('') + text.slice(from);
}

/** Where the characters of a token end; and where a JWT does whose first part ends there, 0 where there is none. */
function measureRun(text: string, start: number): { readonly end: number; readonly jwtEnd: number } {
  const end = endOfRun(text, start);
  if (text[end] !== '.') return { end, jwtEnd: 0 };
  const second = endOfRun(text, end + 1);
  if (second - end - 1 < LEAST_CHARS) return { end, jwtEnd: 0 };
  return { end, jwtEnd: text[second] === '.' ? endOfRun(text, second + 1) : second };
}

function endOfRun(text: string, start: number): number {
  NO_TOKEN_CHARACTER.lastIndex = start;
  return NO_TOKEN_CHARACTER.exec(text)?.index ?? text.length;
}
