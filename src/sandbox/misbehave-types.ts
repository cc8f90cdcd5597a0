/** What the sandbox can be told to do badly. */
export type Misbehaviour =
  | { readonly kind: 'status'; readonly status: number; readonly body?: unknown; readonly headers?: HeaderTable }
  /** 429 as Vercel writes it: `Retry-After` and the body's `limit`. */
  | { readonly kind: 'rate-limit'; readonly retryAfterSeconds: number; readonly name?: string }
  /** 429 as Bitbucket writes it: `X-RateLimit-*`, and no word on when to come again. */
  | { readonly kind: 'bitbucket-rate-limit' }
  /** The connection breaks before anything is done. */
  | { readonly kind: 'reset' }
  | { readonly kind: 'delay'; readonly ms: number }
  /** The answer comes in pieces of `chunkBytes` (default 16), one each `ms` (default 50). */
  | { readonly kind: 'slow-body'; readonly chunkBytes?: number; readonly ms?: number }
  /** The answer breaks off after `bytes` (default: half). */
  | { readonly kind: 'truncate'; readonly bytes?: number }
  /** An answer of lines breaks off where line `lines` + 1 begins, or in its middle (`halfLine`). */
  | { readonly kind: 'cut-stream'; readonly lines: number; readonly halfLine?: boolean }
  /** The work is done, and its answer is lost. */
  | {
      readonly kind: 'after-then-status';
      readonly status: number;
      readonly body?: unknown;
      readonly headers?: HeaderTable;
    }
  | { readonly kind: 'after-then-reset' };

export type HeaderTable = Readonly<Record<string, string>>;

export interface MisbehaveRule {
  readonly match: { readonly method?: string; readonly path?: RegExp };
  /** How many requests it meets; default 1. The first rule that matches and has some left is the one. */
  readonly times?: number;
  readonly action: Misbehaviour;
}

/** A rule in its place: many runs against one sandbox must not meet what was meant for another. */
export interface SetRule {
  /** How many requests it has met. */
  met(): number;
  /** From now on it meets none. */
  end(): void;
}
