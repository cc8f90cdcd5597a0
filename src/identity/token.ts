import { show } from '../text.ts';
import { refuseToken } from './refuse.ts';

const MAX_TOKEN_CHARS = 16 * 1024;

export type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads a compact JWT; who signed it is not known yet. `jwk`, `jku`, `x5u` and `x5c` in its header are never looked at:
 * a token does not choose the key that judges it. A name that stands twice in the JSON counts as its last value, here as
 * in jose: the header selects nothing but a key of the expected issuer, and the payload is the issuer's once that holds.
 */
export function parseToken(text: string): { readonly keyId: string; readonly claims: Fields } {
  const size = text.length;
  if (size > MAX_TOKEN_CHARS) {
    throw refuseToken('is too large', `${String(size)} characters`, `at most ${String(MAX_TOKEN_CHARS)}`);
  }
  const segments = text.split('.');
  const [header = '', payload = ''] = segments;
  if (segments.length !== 3 || !segments.every(isBase64url)) {
    const got = `${String(segments.length)} segments, ${String(size)} characters`;
    throw refuseToken('is not a compact JWT', got, 'three segments, each base64url and not empty');
  }
  const { alg, kid, ...rest } = parseSegment(header, 'header');
  if (alg !== 'RS256') throw refuseToken('names another algorithm', `alg ${show(alg)}`, 'alg "RS256"');
  if (Object.hasOwn(rest, 'crit')) throw refuseToken('demands an extension', `crit ${show(rest['crit'])}`, 'no crit');
  if (typeof kid !== 'string' || kid === '') throw refuseToken('does not name its key', `kid ${show(kid)}`, 'a text');
  return { keyId: kid, claims: parseSegment(payload, 'payload') };
}

/** Canonical only, so that one token has one text, and one digest. */
function isBase64url(text: string): boolean {
  return text !== '' && Buffer.from(text, 'base64url').toString('base64url') === text;
}

function parseSegment(segment: string, name: string): Fields {
  const fields = parseObject(Buffer.from(segment, 'base64url'));
  if (fields) return fields;
  throw refuseToken(`has a ${name} that is not a JSON object`, 'something else', 'a JSON object in UTF-8');
}

/** Undefined for all that is none: the parser's own words would quote the token. */
export function parseObject(bytes: Uint8Array): Fields | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
