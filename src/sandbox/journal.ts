import { performance } from 'node:perf_hooks';
import type { Asked } from './asked.ts';
import { isStream, type Reply } from './reply.ts';
import type { JournalEntry } from './types.ts';

type Open = { -readonly [Key in keyof JournalEntry]: JournalEntry[Key] };

/** What was asked of the sandbox, in the order of arrival. It holds no bearer and no body: it may be printed. */
export class Journal {
  readonly entries: JournalEntry[] = [];

  open({ method, url, headers }: Asked): Open {
    const entry: Open = {
      method,
      path: url.pathname,
      query: url.search,
      status: 0,
      startedAt: performance.now(),
      endedAt: Infinity,
      authorizationKind: authorizationKind(headers.get('authorization')),
      bodySize: 0,
      known: true,
      misbehaved: false,
    };
    this.entries.push(entry);
    return entry;
  }
}

/** Counts the bytes of the request's body into the entry. */
export async function* countBody(entry: Open, bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of bytes) {
    entry.bodySize += chunk.byteLength;
    yield chunk;
  }
}

/** Ends the entry: with the answer, or for a stream with its last byte or when the client leaves. */
export function closeWith(entry: Open, reply: Reply): Reply {
  entry.status = reply.status;
  const end = (): void => {
    entry.endedAt = performance.now();
  };
  if (isStream(reply.body)) return { ...reply, body: passOn(reply.body, end) };
  end();
  return reply;
}

export function closeBroken(entry: Open): void {
  entry.status = 0;
  entry.endedAt = performance.now();
}

async function* passOn(body: AsyncIterable<Uint8Array>, end: () => void): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } finally {
    end();
  }
}

function authorizationKind(header: string | null): JournalEntry['authorizationKind'] {
  if (header === null) return 'none';
  return /^Bearer \S+$/.test(header) ? 'bearer' : 'other';
}
