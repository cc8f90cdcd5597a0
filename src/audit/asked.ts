/** The answer to a question, or a sentence why there is none: nothing that was not asked may pass for an empty answer. */
export type Asked<T> = Answer<T> | { readonly unknown: string };

export type Answer<T> = ({ readonly found: T } | { readonly absent: true }) & {
  /** Of what an earlier audit was told: when it asked, milliseconds since 1970. */
  readonly askedAt?: number;
};

/** What Bitbucket has said to an audit, which the checkpoint hands on to the next one. */
export interface KeptAnswer {
  readonly about: 'steps' | 'review';
  /** The pipeline's UUID; or the repository's and the commit, with a slash between. */
  readonly key: string;
  /** Milliseconds since 1970. */
  readonly askedAt: number;
  readonly answer: Answer<unknown>;
}
