import { performance } from 'node:perf_hooks';
import type { JournalEntry } from './types.ts';

type Open = { -readonly [Key in keyof JournalEntry]: JournalEntry[Key] };

/** What was asked of the sandbox, in the order of arrival. It holds no bearer and no body: it may be printed. */
export class Journal {
  readonly entries: JournalEntry[] = [];

  open(request: Request): Open {
    const url = new URL(request.url);
    const entry: Open = {
      method: request.method,
      path: url.pathname,
      query: url.search,
      status: 0,
      startedAt: performance.now(),
      endedAt: Infinity,
      authorizationKind: authorizationKind(request.headers.get('authorization')),
      bodySize: 0,
      known: true,
      misbehaved: false,
    };
    this.entries.push(entry);
    return entry;
  }
}

/** Ends the entry: with the answer, or for a stream with its last byte or when the client leaves. */
export function closeWith(entry: Open, response: Response): Response {
  entry.status = response.status;
  const end = (): void => {
    entry.endedAt = performance.now();
  };
  if (!response.body || !isStream(response)) {
    end();
    return response;
  }
  const { status, headers } = response;
  return new Response(ReadableStream.from(passOn(response.body, end)), { status, headers });
}

function isStream({ headers }: Response): boolean {
  return headers.get('content-type')?.startsWith('application/stream+json') ?? false;
}

export function closeBroken(entry: Open): void {
  entry.status = 0;
  entry.endedAt = performance.now();
}

async function* passOn(body: ReadableStream<Uint8Array>, end: () => void): AsyncGenerator<Uint8Array> {
  try {
    yield* body as AsyncIterable<Uint8Array>;
  } finally {
    end();
  }
}

function authorizationKind(header: string | null): JournalEntry['authorizationKind'] {
  if (header === null) return 'none';
  return /^Bearer \S+$/.test(header) ? 'bearer' : 'other';
}
