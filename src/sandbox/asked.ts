/** What was asked, from either door. */
export interface Asked {
  readonly method: string;
  readonly url: URL;
  /** The web's `Headers` reads so, too; names in lower case. */
  readonly headers: { get(name: string): string | null };
  /** The body's bytes as they come; to be read once. */
  readonly bytes: () => AsyncIterable<Uint8Array>;
  /** Tells that the client has left, where the door knows. */
  readonly signal: AbortSignal | undefined;
}

/** What a web `Request` asks. */
export function askedBy(request: Request): Asked {
  return {
    method: request.method,
    url: new URL(request.url),
    headers: request.headers,
    bytes: () => readWeb(request),
    signal: request.signal,
  };
}

async function* readWeb({ body }: Request): AsyncGenerator<Uint8Array> {
  if (body) yield* body as AsyncIterable<Uint8Array>;
}
