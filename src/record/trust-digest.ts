import { sha256Hex } from '../digest.ts';
import { present } from './present.ts';
import type { Trust } from './trust.ts';
import type { Statement } from './types.ts';

/** Whenever records come to be judged otherwise, this changes, and what was proved before is proved anew. */
const RULES = 1;

/** A record whose trust is asked for. */
export interface Judged {
  readonly statement: Statement;
  readonly keyId: string;
  /** It has a timestamp, whether or not that could be checked. */
  readonly stamped: boolean;
}

const known = new WeakMap<Trust, Map<string, string | undefined>>();

/**
 * SHA-256, hex, over all of the trust that a proof of the record relies on: the key's entries in the list; or the key
 * itself; or issuer, key id and the issuer's keys of that id; and the certificates of timestamp authorities where the
 * record has a timestamp. Where it is the same, a proof would come out the same, but for a key whose time has ended since.
 * Undefined where nothing is trusted that could prove it.
 */
export function digestTrust(judged: Judged, trust: Trust): string | undefined {
  const { keyId, stamped, statement } = judged;
  const { issuer, jwksKid, proof } = statement.predicate.oidc;
  const ours = known.get(trust) ?? new Map<string, string | undefined>();
  known.set(trust, ours);
  const own = trust.listed.has(keyId) || trust.keys.has(keyId);
  const name = JSON.stringify(own || !proof ? [stamped, keyId] : [stamped, issuer, jwksKid]);
  if (!ours.has(name)) ours.set(name, digest(judged, trust));
  return ours.get(name);
}

function digest({ keyId, stamped, statement }: Judged, trust: Trust): string | undefined {
  const by = describeKeys(keyId, statement.predicate.oidc, trust);
  if (!by) return undefined;
  const certificates = trust.authorities?.certificates.map(({ x509 }) => x509.fingerprint256).sort() ?? [];
  return sha256Hex(
    JSON.stringify({ rules: RULES, ...by, ...present('authorities', stamped ? certificates : undefined) }),
  );
}

/** In the order in which `find-signer.ts` looks. */
function describeKeys(
  keyId: string,
  { issuer, jwksKid, proof }: Statement['predicate']['oidc'],
  { listed, keys, issuers }: Trust,
): object | undefined {
  const entries = listed
    .get(keyId)
    ?.map(({ mode, targets, start, end }) => JSON.stringify({ mode, targets, start, end }));
  if (entries) return { listed: keyId, entries: entries.sort() };
  if (keys.has(keyId)) return { key: keyId };
  const ofIssuer = proof && issuers?.find(issuer)?.filter(({ kid }) => kid === jwksKid);
  if (!ofIssuer || ofIssuer.length === 0) return undefined;
  return { issuer, kid: jwksKid, keys: ofIssuer.map(({ n, e }) => `${n} ${e}`).sort() };
}
