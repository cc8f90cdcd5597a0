/** An answer before it has a shape of the web or of a socket: both doors give it to their clients. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Pieces come one after the other; where they throw, the connection breaks. */
  readonly body: string | Uint8Array | AsyncIterable<Uint8Array> | undefined;
}

/** A refusal on its way to the client: thrown anywhere below a route, answered by the router. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly reply: Reply;

  constructor(reply: Reply, message: string) {
    super(message);
    this.reply = reply;
  }
}

export function json(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Reply {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body: JSON.stringify(body),
  };
}

export function isStream(body: Reply['body']): body is AsyncIterable<Uint8Array> {
  return typeof body === 'object' && Symbol.asyncIterator in body;
}

/** Vercel's error shape: `{"error":{"code","message",…}}`. */
export function apiRefusal(status: number, code: string, message: string, more: object = {}): Refusal {
  return new Refusal(json(status, { error: { code, message, ...more } }), message);
}

/** OAuth's error shape (RFC 6749 §5.2). */
export function oauthRefusal(status: number, error: string, description: string): Refusal {
  return new Refusal(
    json(status, { error, error_description: description }, { 'cache-control': 'no-store' }),
    description,
  );
}

/** Bitbucket's error shape. */
export function bitbucketRefusal(status: number, message: string): Refusal {
  return new Refusal(json(status, { type: 'error', error: { message } }), message);
}

/** 429 as Vercel writes it: `Retry-After`, and the limit in the body. */
export function rateLimited(retryAfterSeconds: number, name: string, total: number, now: number): Reply {
  const reset = Math.ceil(now / 1000) + retryAfterSeconds;
  const message = `The rate limit of ${String(total)} exceeded for '${name}'. Try again in ${String(retryAfterSeconds)} seconds`;
  const limit = { remaining: 0, reset, resetMs: reset * 1000, total };
  return json(
    429,
    { error: { code: 'rate_limited', name, message, limit } },
    { 'retry-after': String(retryAfterSeconds) },
  );
}

/** 429 as Bitbucket writes it: which limit it is, and no word on when it ends. */
export function bitbucketRateLimited(): Reply {
  const message = 'Rate limit for this resource has been exceeded';
  return json(
    429,
    { type: 'error', error: { message } },
    { 'x-ratelimit-limit': '1000', 'x-ratelimit-resource': 'api-repositories', 'x-ratelimit-nearlimit': 'true' },
  );
}
