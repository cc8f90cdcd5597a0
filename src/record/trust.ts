import { parseIssuerKeys, type IssuerKeys } from './issuer-keys.ts';
import { parseKeyList, type ListedKey } from './key-list.ts';
import { parseTrustedKeys, type TrustedKey } from './public-key.ts';
import { readAuthorities, type Authorities } from './timestamp-authorities.ts';
import type { TrustMaterial } from './types.ts';

/** Trust material that was read once, for any number of records. {@link readTrust} makes it; nothing in it is for others. */
export interface Trust {
  /** By key id. */
  readonly keys: ReadonlyMap<string, TrustedKey>;
  /** By key id. */
  readonly listed: ReadonlyMap<string, readonly ListedKey[]>;
  readonly issuers: IssuerKeys | undefined;
  readonly authorities: Authorities | undefined;
}

/**
 * Reads what records are checked with.
 * @throws {PipeError} `TRUST_MATERIAL_INVALID`, naming what cannot be used.
 */
export function readTrust({ publicKey, keyList, issuerKeys, tsa }: TrustMaterial): Trust {
  const keys = publicKey === undefined ? [] : parseTrustedKeys(publicKey);
  return {
    keys: new Map(keys.map((key) => [key.keyId, key])),
    listed: keyList === undefined ? new Map() : parseKeyList(keyList),
    issuers: issuerKeys === undefined ? undefined : parseIssuerKeys(issuerKeys),
    authorities: tsa === undefined ? undefined : readAuthorities(tsa),
  };
}
