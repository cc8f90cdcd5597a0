import { asRecord } from '../fields.ts';
import { redact } from '../secret.ts';
import { parseJson } from './body.ts';
import type { HttpReply } from './types.ts';

const MAX_DETAIL = 500;
/** Of a page that nobody asked for: enough to know whose it is. */
const MAX_PAGE = 120;
/** What moves a terminal's cursor or ends a line, and what makes a line be read in another order than it is written. */
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]+/g;
const PLAIN = /^[\x20-\x7e]*$/;
/** Characters beyond the cut that are still looked at; a step's token has about 1,500. */
const LONGEST_SECRET = 16 * 1024;

/** What a server says of its own error, in either shape: `{error, error_description}` (OAuth) or `{error: {code, message}}`. */
export interface ServerError {
  readonly code: string;
  readonly message: string;
}

/** The server's own words, each bounded, on one line and without tokens; empty where it says nothing. */
export function readServerError(reply: Pick<HttpReply, 'body'>): ServerError {
  const { error, error_description: description } = asRecord(reply.body);
  if (typeof error === 'string') return { code: cleanText(error), message: cleanText(description) };
  const { code, message } = asRecord(error);
  return { code: cleanText(code), message: cleanText(message) };
}

/** `status 403 forbidden The token may not …`: for an error's `got`. Of a reply that was asked for as bytes, too. */
export function describeReply(reply: HttpReply): string {
  const { bytes } = reply;
  const text = bytes ? new TextDecoder().decode(bytes) : reply.text;
  const { code, message } = readServerError(bytes ? { body: parseJson(text) } : reply);
  const words = ['status', String(reply.status), code, message].filter((word) => word !== '').join(' ');
  return isWebPage(reply) ? `${words}, and a web page: ${cleanText(text.slice(0, MAX_PAGE), MAX_PAGE)}` : words;
}

/**
 * Whether people were meant to read it: a proxy, a captive portal or a wrong address answers an API's request so, with
 * any status, and 200 is its favourite.
 */
export function isWebPage({ headers, text, bytes }: Pick<HttpReply, 'headers' | 'text' | 'bytes'>): boolean {
  const start = bytes ? new TextDecoder().decode(bytes.subarray(0, MAX_PAGE)) : text.slice(0, MAX_PAGE);
  return /^text\/html\b/i.test(headers['content-type'] ?? '') || /^\s*<(?:!doctype html|html)\b/i.test(start);
}

/** A foreign text made harmless: bounded, on one line, without control characters, without tokens; one that can be encoded. */
export function cleanText(value: unknown, maxLength = MAX_DETAIL): string {
  if (typeof value !== 'string') return '';
  // A server's text must not forge lines of our log. Cut last: half a secret would be none that redact knows.
  const bounded = value.slice(0, maxLength + LONGEST_SECRET);
  // Nearly always, and cheaper: an audit reads millions of texts.
  if (PLAIN.test(bounded)) return redact(bounded).slice(0, maxLength);
  return redact(bounded.replace(UNPRINTABLE, ' ')).slice(0, maxLength).toWellFormed();
}

/** What another value was got than was wanted, in a word: a text made harmless, or of what kind it is. */
export function tellValue(value: unknown, maxLength = 80): string {
  return typeof value === 'string' ? cleanText(value, maxLength) : value === null ? 'null' : typeof value;
}
