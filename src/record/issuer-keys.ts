import { PipeError } from '../errors.ts';
import type { IssuerRsaKey } from '../openpubkey/types.ts';
import { quote } from './refuse.ts';
import { parseStrictJson } from './strict-json.ts';

/** Archived keys of token issuers. */
export interface IssuerKeys {
  /** Undefined where the file is one set of keys, without a word on whose they are. */
  readonly issuers: readonly string[] | undefined;
  /** The keys that have ever signed for that issuer; undefined for an issuer that the file does not name. */
  find(issuer: string): readonly IssuerRsaKey[] | undefined;
}

/**
 * `{"<issuer>": {"keys": [JWK, …]}, …}` as `COMMAND: doctor` writes it, or one JWK set. Keys that cannot have signed a
 * token are left out.
 * @throws {PipeError} `TRUST_MATERIAL_INVALID`, also where an issuer is left without a key.
 */
export function parseIssuerKeys(text: string): IssuerKeys {
  const file = asObject(parseJson(text));
  if (!file) throw unusable('no JSON object');
  if (Array.isArray(file['keys'])) {
    const keys = readSet(file, 'the key set');
    return { issuers: undefined, find: () => keys };
  }
  const sets = new Map(Object.entries(file).map(([issuer, set]) => [issuer, readSet(set, quote(issuer))]));
  if (sets.size === 0) throw unusable('no issuer');
  return { issuers: [...sets.keys()], find: (issuer) => sets.get(issuer) };
}

function readSet(value: unknown, name: string): readonly IssuerRsaKey[] {
  const list = asObject(value)?.['keys'];
  const keys = Array.isArray(list) ? list.flatMap(toRsaKey) : [];
  if (keys.length === 0) throw unusable(`no RSA key in ${name}`);
  return keys;
}

function toRsaKey(value: unknown): IssuerRsaKey[] {
  const { kty, kid, use, alg, n, e } = asObject(value) ?? {};
  const signs = kty === 'RSA' && (use === undefined || use === 'sig') && (alg === undefined || alg === 'RS256');
  const whole = typeof kid === 'string' && kid !== '' && typeof n === 'string' && typeof e === 'string';
  return signs && whole ? [{ kid, n, e }] : [];
}

function asObject(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
}

function parseJson(text: string): unknown {
  try {
    return parseStrictJson(text, "the issuers' keys");
  } catch (error) {
    if (!(error instanceof PipeError)) throw error;
    throw unusable(`${error.message} ${String(error.got)}`);
  }
}

function unusable(got: string): PipeError {
  return new PipeError({
    code: 'TRUST_MATERIAL_INVALID',
    message: "The issuers' keys cannot be used.",
    got,
    wanted: 'JWK sets by issuer, or one JWK set, with RSA keys',
    fix: 'COMMAND: doctor writes such a file, and past ones stand in the history of the repository.',
  });
}
