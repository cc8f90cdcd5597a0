import type { Predicate, Statement } from './types.ts';

/** What a statement says of its signer, wherever in it that stands. */
export interface SignerWord {
  readonly mode: string;
  /** What a listed key must be for. */
  readonly target: string;
  readonly signedAt: string;
  /** Of the step; undefined where the statement tells of none. */
  readonly oidc: Predicate['oidc'] | undefined;
  readonly statement: object;
  /** The whole statement but for its proof, its members in the same order. */
  readonly withoutProof: () => object;
}

export function wordOfRecord(statement: Statement): SignerWord {
  const { signer, vercel, signedAt, oidc } = statement.predicate;
  return {
    ...{ mode: signer.mode, target: vercel.target, signedAt, oidc, statement },
    withoutProof: () => ({ ...statement, predicate: { ...statement.predicate, oidc: dropProof(oidc) } }),
  };
}

export function dropProof(oidc: object): object {
  return Object.fromEntries(Object.entries(oidc).filter(([name]) => name !== 'proof'));
}
