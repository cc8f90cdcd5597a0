import { PipeError } from '../errors.ts';
import type { IssuerRsaKey } from '../openpubkey/types.ts';
import { show } from '../text.ts';
import { parseObject, refuseToken, type Fields } from './token.ts';
import type { PinnedKeys } from './types.ts';

/** Below: too weak. Above: an issuer has no use for it, and it makes checking slow. */
const RSA_BITS = { min: 2048, max: 8192 };

/** The public part of an RSA key that may sign tokens; whatever else stood in the JWK is left behind. */
export type IssuerKey = IssuerRsaKey;

interface KeySet {
  readonly source: string;
  readonly keys: readonly IssuerKey[];
}

/**
 * The issuer's key of that id: pinned, in the order of the files; else as the issuer publishes it. It is asked again
 * where keys were known and this one was not among them, because keys rotate; but once, because anyone can name a key.
 */
export async function findKey(
  kid: string,
  pinned: readonly KeySet[],
  fetchKeys: () => Promise<readonly IssuerKey[]>,
): Promise<{ readonly key: IssuerKey; readonly source: string }> {
  const fetched = async (): Promise<KeySet> => ({ source: 'fetched', keys: await fetchKeys() });
  const others = new Set<string>();
  for (const next of [...pinned, fetched, ...(pinned.length > 0 ? [] : [fetched])]) {
    const { source, keys } = typeof next === 'function' ? await next() : next;
    const key = keys.find((candidate) => candidate.kid === kid);
    if (key) return { key, source };
    for (const other of keys) others.add(other.kid);
  }
  throw refuseToken('names a key that its issuer does not publish', `kid ${show(kid)}`, `one of ${show([...others])}`);
}

/** The keys of a JWK Set that may sign tokens; others are passed over. */
export function readKeySet(set: unknown): readonly IssuerKey[] {
  const { keys } = (set ?? {}) as Fields;
  return Array.isArray(keys) ? keys.flatMap(toIssuerKey) : [];
}

function toIssuerKey(value: unknown): IssuerKey[] {
  const { kty, kid, use, alg, n, e } = (value ?? {}) as Fields;
  const signs = kty === 'RSA' && (use === undefined || use === 'sig') && (alg === undefined || alg === 'RS256');
  if (!signs || typeof kid !== 'string' || kid === '' || typeof n !== 'string' || typeof e !== 'string') return [];
  const bits = BigInt(`0x0${Buffer.from(n, 'base64url').toString('hex')}`).toString(2).length;
  return bits >= RSA_BITS.min && bits <= RSA_BITS.max ? [{ kid, n, e }] : [];
}

/**
 * A file of pinned keys: `{"<issuer>": {"keys": [JWK, …]}, …}`, or one JWK Set where one issuer is expected. Undefined
 * where the issuer is not in it. Throws TRUST_MATERIAL_INVALID: to fetch instead would undo the pinning.
 */
export function readPinnedKeys(pinned: PinnedKeys, issuers: readonly string[], issuer: string): KeySet | undefined {
  const file = parseObject(pinned.bytes);
  if (!file) throw refusePinned(pinned, 'no JSON object');
  const single = Array.isArray(file['keys']);
  if (single && issuers.length > 1) throw refusePinned(pinned, 'one JWK Set, and several issuers are expected');
  if (!single && !Object.hasOwn(file, issuer)) return undefined;
  const keys = readKeySet(single ? file : file[issuer]);
  if (keys.length === 0) throw refusePinned(pinned, `no such key for ${show(issuer)}`);
  return { source: pinned.name, keys };
}

function refusePinned({ name }: PinnedKeys, got: string): PipeError {
  const message = `The pinned keys in ${name} cannot be used. Nothing was sent.`;
  const wanted = 'JWK Sets by issuer, with RSA keys of 2048 to 8192 bits that may check signatures';
  const fix = 'Let COMMAND: doctor write the file anew.';
  return new PipeError({ code: 'TRUST_MATERIAL_INVALID', message, got, wanted, fix });
}
