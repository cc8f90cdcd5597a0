import { parseTrustedKeys, type TrustedKey } from './public-key.ts';
import type { TrustMaterial } from './types.ts';

/** Trust material that was read once, for any number of records. {@link readTrust} makes it; nothing in it is for others. */
export interface Trust {
  readonly keys: readonly TrustedKey[];
}

/**
 * Reads what records are checked with.
 * @throws {PipeError} `TRUST_MATERIAL_INVALID`, naming the file that cannot be used.
 */
export function readTrust({ publicKey }: TrustMaterial): Trust {
  return { keys: publicKey === undefined ? [] : parseTrustedKeys(publicKey) };
}
