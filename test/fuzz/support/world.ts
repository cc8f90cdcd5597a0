import fc from 'fast-check';
import { createHttpClient, type HttpClient } from '../../../src/http/index.ts';
import type { Clock, Log, Network, SendRequest } from '../../../src/platform/types.ts';
import { hostileText, mutatedText, mutatedValue } from './hostile.ts';
import { Find, judgeLine } from './judge.ts';

/** No input is worth more requests; whoever asks on would ask for ever. */
const MAX_REQUESTS = 2000;
/** A signal of a run that nobody stops. Each has its own, for a signal remembers those that were made from it. */
export const never = (): AbortSignal => new AbortController().signal;

const START = Date.UTC(2026, 10, 23, 12);

/** An answer of a server that may be anything, or that none came. */
export interface Hostile {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
  readonly fault?: string | undefined;
}

const statuses = fc.oneof(
  { weight: 6, arbitrary: fc.constant(200) },
  {
    weight: 4,
    arbitrary: fc.constantFrom(201, 202, 204, 301, 302, 400, 401, 402, 403, 404, 408, 409, 410, 412, 413, 422),
  },
  { weight: 2, arbitrary: fc.constantFrom(425, 426, 429, 500, 501, 502, 503, 504, 299, 999) },
);

const headers = fc.dictionary(
  fc.constantFrom(
    'retry-after',
    'x-ratelimit-reset',
    'location',
    'content-type',
    'www-authenticate',
    'dpop-nonce',
    'x-amzn-errortype',
    'x-vercel-id',
    'x-amz-bucket-region',
    'etag',
  ),
  fc.oneof(
    hostileText,
    fc.constantFrom('1', '3600', '1e9', 'application/json', 'https://api.example.com/x', 'DPoP error="use_dpop_nonce"'),
  ),
  { maxKeys: 3 },
);

function reply(samples: readonly unknown[]): fc.Arbitrary<Hostile> {
  const texts = samples.map(write);
  const body = fc.oneof(
    { weight: 6, arbitrary: mutatedValue(samples).map(write) },
    { weight: 2, arbitrary: mutatedText(texts) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 64 }) },
    { weight: 1, arbitrary: fc.constantFrom('<html><title>502</title>', '', 'null', '[]', 'x'.repeat(70_000)) },
  );
  const fault = fc.constantFrom('ECONNRESET', 'ENOTFOUND');
  return fc.record({
    status: statuses,
    headers: fc.oneof(fc.constant({}), headers),
    body,
    fault: fc.oneof({ weight: 12, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fault }),
  });
}

/** Answers like these samples, and unlike them, in any order. Values become JSON; texts are taken as they are. */
export function hostileReplies(samples: readonly unknown[], maxLength = 5): fc.Arbitrary<readonly Hostile[]> {
  return fc.array(reply(samples), { minLength: 1, maxLength });
}

/** The answers of a run that ends well, in their order; some of them are what they should not be. */
export function hostileCourse(samples: readonly unknown[]): fc.Arbitrary<readonly Hostile[]> {
  const steps = samples.map((sample) => {
    const good = fc.constant<Hostile>({ status: 200, headers: GOOD_HEADERS, body: write(sample) });
    return fc.oneof({ weight: 3, arbitrary: good }, { weight: 2, arbitrary: reply([sample]) });
  });
  return fc.tuple(...steps);
}

const GOOD_HEADERS = { 'content-type': 'application/json' };

/** As JSON; a text as it is. What is nested too deeply becomes a broken text. */
export function write(value: unknown): string {
  if (typeof value === 'string') return value;
  try {
    return JSON.stringify(value);
  } catch {
    return '{';
  }
}

export interface World {
  readonly http: HttpClient;
  readonly network: Network;
  readonly clock: Clock;
  readonly log: Log;
  readonly random: { uuid: () => string; fraction: () => number };
  /** @throws {Find} for what went wrong without an error: requests without end, or a line that nobody may print. */
  readonly settle: () => void;
}

/** A network that gives these answers in turn, again and again, and a clock that jumps over every wait. */
export function hostileWorld(replies: readonly Hostile[]): World {
  const clock = jumpingClock();
  const lines: string[] = [];
  let asked = 0;
  const network: Network = {
    close: () => undefined,
    async send({ url, signal }: SendRequest) {
      signal?.throwIfAborted();
      const reply = replies[asked % replies.length];
      asked += 1;
      if (!URL.canParse(url)) throw new Find(`a request to no address: ${JSON.stringify(url.slice(0, 200))}`);
      if (!reply || reply.fault !== undefined || asked > MAX_REQUESTS)
        throw networkFault(reply?.fault ?? 'ECONNREFUSED');
      await clock.sleep(50);
      return { status: reply.status, headers: reply.headers, body: inPieces(reply.body) };
    },
  };
  const keep = (message: string): void => void lines.push(message);
  const log: Log = {
    ...{ debug: () => undefined, info: keep, warn: keep, error: keep },
    done: (_, message) => keep(message),
    block: (_, title, rest) => [title, ...rest].forEach(keep),
    close: () => Promise.resolve(),
  };
  const random = { uuid: () => '11111111-1111-4111-8111-111111111111', fraction: () => 0.5 };
  const http = createHttpClient({ network, log, clock, random, userAgent: 'vercel-oidc-deploy/fuzz' });
  const settle = (): void => {
    if (asked > MAX_REQUESTS) throw new Find(`more than ${String(MAX_REQUESTS)} requests`);
    for (const line of lines) judgeLine(line);
  };
  return { http, network, clock, log, random, settle };
}

async function* inPieces(body: string | Uint8Array): AsyncGenerator<Uint8Array> {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  const half = Math.floor(bytes.length / 2);
  await Promise.resolve();
  // A letter may be cut in two.
  yield bytes.subarray(0, half);
  yield bytes.subarray(half);
}

/** Time passes where somebody sleeps; a deadline comes when it is over. */
function jumpingClock(): Clock {
  const deadlines = new Set<{ readonly at: number; readonly controller: AbortController }>();
  let now = START;
  const jump = (ms: number): void => {
    now += Number.isFinite(ms) ? Math.max(0, ms) : 0;
    for (const deadline of deadlines) {
      if (deadline.at > now) continue;
      deadlines.delete(deadline);
      deadline.controller.abort(new DOMException('deadline', 'TimeoutError'));
    }
  };
  return {
    now: () => now,
    async sleep(ms, signal) {
      signal?.throwIfAborted();
      jump(ms);
      await Promise.resolve();
      signal?.throwIfAborted();
    },
    timeout(ms) {
      const controller = new AbortController();
      deadlines.add({ at: now + ms, controller });
      return controller.signal;
    },
  };
}

function networkFault(detail: string): Error {
  return Object.assign(new Error(detail), { name: 'NetworkFault', detail });
}
