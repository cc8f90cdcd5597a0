import { PipeError } from '../errors.ts';
import { show } from '../text.ts';

const MAX_TOKEN_CHARS = 16 * 1024;
/** JSON that nests thousands deep ends the stack of whoever writes it into a message. */
const MAX_BRACKETS = 256;

export type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads a compact JWT; who signed it is not known yet. `jwk`, `jku`, `x5u` and `x5c` in its header are never looked at:
 * a token does not choose the key that judges it. A name that stands twice in the JSON counts as its last value, here as
 * in jose: the header selects nothing but a key of the expected issuer, and the payload is the issuer's once that holds.
 */
export function parseToken(text: string): { readonly keyId: string; readonly claims: Fields } {
  const size = `${String(text.length)} characters`;
  if (text.length > MAX_TOKEN_CHARS) throw refuseToken('is too large', size, `at most ${String(MAX_TOKEN_CHARS)}`);
  const segments = text.split('.');
  const [header = '', payload = ''] = segments;
  if (segments.length !== 3 || !segments.every(isBase64url)) {
    const got = `${String(segments.length)} segments, ${size}`;
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
  const bytes = Buffer.from(segment, 'base64url');
  const nests = bytes.toString('latin1').split(/[[{]/).length > MAX_BRACKETS;
  const fields = nests ? undefined : parseObject(bytes);
  if (fields) return fields;
  const got = nests ? 'one that nests too much' : 'something else';
  throw refuseToken(`has a ${name} that is not a plain JSON object`, got, 'a JSON object in UTF-8');
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

/** A token that is not what it must be: `The OIDC token <problem>.` Claims may be told, never the token's text. */
export function refuseToken(problem: string, got: string, wanted: string, fix?: string): PipeError {
  const message = `The OIDC token ${problem}.`;
  return new PipeError({ code: 'TOKEN_INVALID', message, got, wanted, ...(fix === undefined ? {} : { fix }) });
}
