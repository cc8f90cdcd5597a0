import type { RequestListener } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { PipeError } from '../../src/errors.ts';
import { fetchPolicy } from '../../src/sources/fetch-policy.ts';
import { sites } from './support/sites.ts';

const MAX_BYTES = 256 * 1024;
const { serve, client } = sites();

/** Short where the end of it is waited for: elsewhere a busy machine must not reach it. */
const SHORT_MS = 200;

async function failureAt(
  listener: RequestListener,
  timeoutMs?: number,
): Promise<{ failure: PipeError; asked: number }> {
  let asked = 0;
  const url = await serve((request, response) => {
    asked += 1;
    listener(request, response);
  });
  try {
    await fetchPolicy(client(timeoutMs), url, MAX_BYTES, new AbortController().signal);
  } catch (error) {
    if (error instanceof PipeError) return { failure: error, asked };
    throw error;
  }
  throw new Error('nothing failed');
}

const status =
  (code: number, headers = {}): RequestListener =>
  (_, response) =>
    void response.writeHead(code, headers).end('text');

/** Always something, never the end: what an idle limit alone would wait for. */
const drip: RequestListener = (_, response) => {
  const timer = setInterval(() => response.write('#'), 20);
  response.once('close', () => clearInterval(timer));
};

describe('fetchPolicy', () => {
  it('gives the bytes, asked for without any login', async () => {
    let headers: object = {};
    const url = await serve((request, response) => {
      headers = request.headers;
      response.end('version: 1 # \u00e4\n');
    });
    const bytes = await fetchPolicy(client(), url, MAX_BYTES, new AbortController().signal);
    expect(Buffer.from(bytes).toString()).toBe('version: 1 # \u00e4\n');
    expect(headers).not.toHaveProperty('authorization');
  });

  it('gives a file with a byte order mark with it, as its digest was made', async () => {
    const file = Buffer.from('\ufeffversion: 1\n');
    const url = await serve((_, response) => void response.end(file));
    const bytes = await fetchPolicy(client(), url, MAX_BYTES, new AbortController().signal);
    expect(Buffer.from(bytes).equals(file)).toBe(true);
  });

  it.each([
    { body: '<html><h1>Sign in</h1>', got: 'status 403, and a web page: <html><h1>Sign in</h1> from http' },
    { body: '{"error":{"code":"forbidden","message":"Sign in"}}', got: 'status 403 forbidden Sign in from http' },
  ])('says what came in the place of a policy: $body', async ({ body, got }) => {
    const { failure } = await failureAt((_, response) => void response.writeHead(403).end(body));
    expect(failure.got).toContain(got);
  });

  it.each<{ name: string; listener: RequestListener; code: string; got: string; asked: number }>([
    { name: 'not there', listener: status(404), code: 'SERVICE_FAILED', got: 'status 404', asked: 1 },
    { name: 'behind a login', listener: status(401), code: 'SERVICE_FAILED', got: 'status 401', asked: 1 },
    { name: 'broken', listener: status(503), code: 'SERVICE_FAILED', got: 'status 503', asked: 3 },
    {
      name: 'somewhere else',
      listener: status(302, { location: 'https://evil.example/p.yml' }),
      code: 'SERVICE_FAILED',
      got: 'status 302, location evil.example',
      asked: 1,
    },
    {
      name: 'too large',
      listener: (_, response) => void response.end(' '.repeat(MAX_BYTES + 1)),
      code: 'SERVICE_FAILED',
      got: 'more than 262144 bytes',
      asked: 1,
    },
    {
      name: 'busy for longer than we wait',
      listener: status(429, { 'retry-after': '31' }),
      code: 'SERVICE_FAILED',
      got: 'status 429',
      asked: 1,
    },
    { name: 'mute', listener: () => undefined, code: 'NETWORK', got: 'no answer in time', asked: 3 },
    { name: 'slow without end', listener: drip, code: 'NETWORK', got: 'no answer in time', asked: 3 },
    {
      name: 'cut off',
      listener: ({ socket }) => void socket.destroy(),
      code: 'NETWORK',
      got: 'ECONNRESET',
      asked: 3,
    },
  ])('ends the run with status 3 where the address is $name', async ({ listener, code, got, asked }) => {
    const outcome = await failureAt(listener, got === 'no answer in time' ? SHORT_MS : undefined);
    expect(outcome.failure).toMatchObject({ code, exitStatus: 3, got: expect.stringContaining(got) });
    // A query may be what gives access.
    expect(outcome.failure.describe()).not.toContain('at=main');
    expect(outcome.asked).toBe(asked);
  });
});
