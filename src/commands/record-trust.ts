import { fetchIssuerKeys } from '../bitbucket/index.ts';
import { PipeError } from '../errors.ts';
import { readKeySet, type IssuerKey } from '../identity/index.ts';
import { readTrust, verifyRecord, type Trust, type VerifiedRecord } from '../record/index.ts';
import type { Signer } from '../signing/types.ts';
import type { Acting } from './act.ts';

/** What is to be verified, as texts of files. */
export interface RecordTexts {
  readonly result: string;
  readonly intent: string | undefined;
}

/** Whose trust it is. */
type Trusting = Pick<Acting, 'run' | 'who' | 'story'>;

/** A key is listed for as long as this step has it: when it began, nobody here knows. */
const EVER = '1970-01-01T00:00:00Z';

/**
 * Verifies an earlier record with what this step trusts: the key that it signs with itself, SIGNING_KEY's, and the keys
 * of the issuers that its policy names, pinned first, and fetched where those lack the one that signed.
 * @throws {PipeError} as `verifyRecord` does; `ISSUER_KEYS_UNAVAILABLE`.
 */
export async function verifyEarlier(acting: Trusting, { result, intent }: RecordTexts): Promise<VerifiedRecord> {
  const { config, platform, signal } = acting.run;
  const options = { allowSandbox: config.sandbox, now: platform.clock.now(), intentText: intent };
  const pinned = readPinned(acting);
  const { issuers } = acting.who.expected;
  const lacking = issuers.filter((issuer) => (pinned.get(issuer) ?? []).length === 0);
  try {
    return verifyRecord(result, toTrust(acting, pinned), options);
  } catch (error) {
    if (!(error instanceof PipeError)) throw error;
    // An issuer without keys here counts as one that is not trusted.
    const unsure = error.code === 'SIGNATURE_INVALID' && lacking.length > 0;
    if (error.code !== 'TRUST_MATERIAL_MISSING' && !unsure) throw error;
  }
  const fetched = new Map<string, readonly IssuerKey[]>();
  for (const issuer of issuers) fetched.set(issuer, await fetchIssuerKeys(acting.run.http, issuer, signal));
  return verifyRecord(result, toTrust(acting, merge(pinned, fetched)), options);
}

type IssuerKeys = ReadonlyMap<string, readonly IssuerKey[]>;

/** The pinned files, which were read when the step's own token was checked, and the key that signed that token. */
function readPinned({ who, story }: Trusting): IssuerKeys {
  const { issuers } = who.expected;
  const { identity } = story;
  let all: IssuerKeys = new Map(identity ? [[identity.issuer, [identity.issuerKey]]] : []);
  for (const { bytes } of who.keys) {
    const file = JSON.parse(new TextDecoder().decode(bytes)) as Readonly<Record<string, unknown>>;
    const single = Array.isArray(file['keys']);
    all = merge(all, new Map(issuers.map((issuer) => [issuer, readKeySet(single ? file : file[issuer])])));
  }
  return all;
}

function merge(one: IssuerKeys, other: IssuerKeys): IssuerKeys {
  const issuers = [...new Set([...one.keys(), ...other.keys()])];
  return new Map(issuers.map((issuer) => [issuer, [...(one.get(issuer) ?? []), ...(other.get(issuer) ?? [])]]));
}

/** A list says of what kind a key is: a stored key must not pass for a managed one. */
function toTrust({ story, who }: Trusting, issuerKeys: IssuerKeys): Trust {
  const signers = [story.signer, who.keySigner].filter((signer) => signer !== undefined);
  const stored = signers.filter(({ name }) => name !== 'keyless');
  const listed = new Map(stored.map((signer) => [signer.keyId, toEntry(signer)]));
  const sets = [...issuerKeys]
    .filter(([, keys]) => keys.length > 0)
    .map(([issuer, keys]) => [issuer, { keys: keys.map((key) => ({ kty: 'RSA', alg: 'RS256', use: 'sig', ...key })) }]);
  return readTrust({
    keyList: listed.size === 0 ? undefined : JSON.stringify([...listed.values()]),
    issuerKeys: sets.length === 0 ? undefined : JSON.stringify(Object.fromEntries(sets)),
  });
}

function toEntry({ keyId, publicKeyPem, name }: Signer): object {
  return { keyid: keyId, pem: publicKeyPem, mode: name, validFor: { start: EVER } };
}
