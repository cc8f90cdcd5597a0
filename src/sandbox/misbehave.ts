import { setTimeout as sleep } from 'node:timers/promises';
import { bitbucketRateLimited, isStream, json, rateLimited, type Reply } from './reply.ts';
import type { Misbehaviour, MisbehaveRule, SetRule } from './types.ts';

const SLOW_CHUNK_BYTES = 16;
const SLOW_CHUNK_MS = 50;
const LIMIT_TOTAL = 100;
const NO_BODY = [204, 205, 304];

/** A connection that breaks, in the shape in which fetch reports it. */
export class BrokenConnection extends TypeError {
  constructor() {
    super('fetch failed', { cause: Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }) });
  }
}

/** The rules told to the sandbox, used up one request at a time. */
export class MisbehaveRules {
  readonly #rules: { readonly rule: MisbehaveRule; left: number }[] = [];

  add(rule: MisbehaveRule): SetRule {
    const times = rule.times ?? 1;
    const entry = { rule, left: times };
    this.#rules.push(entry);
    return {
      met: () => times - entry.left,
      end: () => {
        const index = this.#rules.indexOf(entry);
        if (index >= 0) this.#rules.splice(index, 1);
      },
    };
  }

  /** The rule for this request, now used once more. */
  take(method: string, path: string): Misbehaviour | undefined {
    const found = this.#rules.find(({ rule: { match }, left }) => {
      const sameMethod = match.method === undefined || match.method === method;
      // `search` leaves a global pattern's state alone, so that every request is judged alike.
      return left > 0 && sameMethod && (match.path === undefined || path.search(match.path) >= 0);
    });
    if (!found) return undefined;
    found.left -= 1;
    return found.rule.action;
  }
}

/** Runs the request as the rule has it; `work` is the honest answer. */
export async function applyMisbehaviour(
  action: Misbehaviour,
  work: () => Promise<Reply>,
  now: () => number,
): Promise<Reply> {
  switch (action.kind) {
    case 'status':
      return fakeStatus(action);
    case 'rate-limit':
      return rateLimited(action.retryAfterSeconds, action.name ?? 'api', LIMIT_TOTAL, now());
    case 'bitbucket-rate-limit':
      return bitbucketRateLimited();
    case 'reset':
      throw new BrokenConnection();
    case 'delay':
      await sleep(action.ms);
      return work();
    case 'slow-body':
      return reshape(await work(), (bytes) =>
        slowly(bytes, action.chunkBytes ?? SLOW_CHUNK_BYTES, action.ms ?? SLOW_CHUNK_MS),
      );
    case 'truncate':
      return reshape(await work(), (bytes) => brokenOff(bytes, action.bytes ?? Math.floor(bytes.byteLength / 2)));
    case 'cut-stream': {
      const reply = await work();
      return { ...reply, body: cutOff(pieces(reply.body), action) };
    }
    case 'after-then-status':
      await finish(await work());
      return fakeStatus(action);
    case 'after-then-reset':
      await finish(await work());
      throw new BrokenConnection();
  }
}

/** Other work is done when the answer is there; a stream is not waited for. */
async function finish({ body }: Reply): Promise<void> {
  if (isStream(body)) await body[Symbol.asyncIterator]().return?.();
}

function fakeStatus({ status, body, headers }: Extract<Misbehaviour, { readonly status: number }>): Reply {
  const fallback = {
    error: { code: 'sandbox_misbehaves', message: `The sandbox was told to answer ${String(status)}.` },
  };
  if (NO_BODY.includes(status)) return { status, headers: { ...headers }, body: undefined };
  if (typeof body === 'string') return { status, headers: { ...headers }, body };
  return json(status, body ?? fallback, headers);
}

async function reshape(reply: Reply, cut: (bytes: Uint8Array) => AsyncGenerator<Uint8Array>): Promise<Reply> {
  const bytes = Buffer.concat(await Array.fromAsync(pieces(reply.body)));
  return {
    status: reply.status,
    headers: { ...reply.headers, 'content-length': String(bytes.byteLength) },
    body: cut(bytes),
  };
}

async function* pieces(body: Reply['body']): AsyncGenerator<Uint8Array> {
  if (isStream(body)) yield* body;
  else if (body !== undefined) yield Buffer.from(body);
}

async function* slowly(bytes: Uint8Array, size: number, ms: number): AsyncGenerator<Uint8Array> {
  for (let offset = 0; offset < bytes.byteLength; offset += size) {
    await sleep(ms);
    yield bytes.subarray(offset, offset + size);
  }
}

async function* brokenOff(bytes: Uint8Array, length: number): AsyncGenerator<Uint8Array> {
  yield bytes.subarray(0, length);
  // The pieces must leave before the break, or the client never sees half an answer.
  await sleep(1);
  throw new BrokenConnection();
}

type Cut = Extract<Misbehaviour, { readonly kind: 'cut-stream' }>;

/** Whole lines, then the bytes of half a line, then the break; or the whole stream, where it has fewer lines. */
async function* cutOff(body: AsyncIterable<Uint8Array>, { lines, halfLine }: Cut): AsyncGenerator<Uint8Array> {
  let left = lines;
  for await (const piece of body) {
    if (piece.byteLength === 0) continue;
    const text = Buffer.from(piece).toString('utf8');
    for (const line of text.split(/(?<=\n)/)) {
      if (left === 0) {
        if (halfLine) yield Buffer.from(line).subarray(0, line.length / 2);
        await sleep(1);
        throw new BrokenConnection();
      }
      if (line.endsWith('\n')) left -= 1;
      yield Buffer.from(line);
    }
  }
}
