import type { Signing } from './find-signer.ts';
import { chooseEntry, describePeriod, type Times } from './listed-key.ts';
import { verifyProof, type ProvenToken } from './proof.ts';
import { quote } from './refuse.ts';
import type { Trust } from './trust.ts';
import type { Assurance, VerifiedRecord } from './types.ts';
import type { SignerWord } from './word.ts';

/** What the key of a record is worth. */
export interface Standing {
  readonly assurance: Assurance;
  readonly checks: VerifiedRecord['checks'];
  readonly warnings: readonly string[];
  /** Of a keyless record. */
  readonly token?: ProvenToken;
}

/**
 * Judges the key whose signature holds: by the list of keys, or by the proof that ties it to the step's token.
 * @throws {PipeError} as {@link chooseEntry} and {@link verifyProof} do.
 */
export function judgeSigner(
  signing: Signing,
  word: SignerWord,
  payload: Uint8Array,
  times: Times,
  { issuers }: Trust,
): Standing {
  switch (signing.kind) {
    case 'bare':
      return judgeBare(word);
    case 'listed': {
      const entry = chooseEntry(signing.entries, word, times);
      const found = `listed as ${entry.mode}, valid ${describePeriod(entry)}`;
      const assurance = entry.mode === 'key' ? 'static-key' : 'managed-key';
      return { assurance, checks: [{ name: 'key', found }], warnings: [] };
    }
    case 'bound':
      if (!issuers) throw new Error('a bound key without an issuer to ask');
      return judgeBound(verifyProof(word, payload, issuers), times, issuers.issuers === undefined);
  }
}

function judgeBare({ oidc }: SignerWord): Standing {
  const key = { name: 'key', found: 'trusted by itself: whoever holds the private key signed this' };
  const proof = { name: 'proof', found: 'not checked: the key is trusted without it' };
  return {
    assurance: 'static-key',
    checks: oidc?.proof ? [key, proof] : [key],
    warnings: [],
  };
}

function judgeBound(token: ProvenToken, { provenAt }: Times, anyIssuer: boolean): Standing {
  const { issuer, kid, issuedAt, expiresAt } = token;
  const timed = provenAt !== undefined && provenAt >= issuedAt && provenAt <= expiresAt;
  const life = `${new Date(issuedAt).toISOString()} to ${new Date(expiresAt).toISOString()}`;
  return {
    assurance: timed ? 'timed' : 'held-token',
    checks: [
      { name: 'key', found: "ephemeral, bound to the step's token by a proof" },
      { name: 'proof', found: `good: a token of ${quote(issuer)}, by its key ${quote(kid)}, from ${life}` },
    ],
    warnings: anyIssuer
      ? [`The issuer's keys were given without its name: the record says ${quote(issuer)}. Is that yours?`]
      : [],
    token,
  };
}
