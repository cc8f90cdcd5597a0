import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { PipeError } from '../../src/errors.ts';
import { Secret } from '../../src/secret.ts';
import { bench, NEVER } from './support/bench.ts';
import { networkFault, type Answer } from './support/fake-network.ts';

const ASK = { service: 'Vercel', method: 'GET', url: 'https://api.example.com/v9/x?teamId=t', signal: NEVER } as const;

async function failureOf(work: Promise<unknown>): Promise<PipeError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof PipeError) return error;
    throw error;
  }
  throw new Error('nothing failed');
}

describe('request', () => {
  it('sends bearer, form and user agent, and gives status, headers and JSON', async () => {
    const { http, network } = bench([{ status: 201, headers: { 'x-vercel-id': 'iad1' }, body: '{"a":1}' }]);
    const form = { grant_type: 'x', token: new Secret('s3cr&t=x y'), left_out: undefined };
    const reply = await http.request({ ...ASK, method: 'POST', bearer: new Secret('bearer-canary'), form });
    expect(reply).toMatchObject({ status: 201, body: { a: 1 }, text: '{"a":1}' });
    expect(reply.headers['x-vercel-id']).toBe('iad1');
    const [sent] = network.sent;
    expect(sent?.headers).toMatchObject({
      authorization: 'Bearer bearer-canary',
      'user-agent': 'vercel-oidc-deploy/test',
      'content-type': expect.stringContaining('application/x-www-form-urlencoded'),
    });
    expect(new TextDecoder().decode(sent?.body as Uint8Array)).toBe('grant_type=x&token=s3cr%26t%3Dx+y');
  });

  it('leaves the content type to a caller that names one, and never the length', async () => {
    const { http, network } = bench([{}]);
    const headers = { 'content-type': 'application/x-amz-json-1.1', 'content-length': '1' };
    await http.request({ ...ASK, method: 'POST', headers, json: { a: 1 } });
    expect(network.sent[0]?.headers).toMatchObject({
      'content-type': 'application/x-amz-json-1.1',
      'content-length': '7',
    });
  });

  it.each([
    {
      name: 'two network faults',
      answers: [networkFault('ECONNRESET'), networkFault('ECONNRESET'), {}],
      slept: [500, 1000],
    },
    { name: 'a 503', answers: [{ status: 503 }, {}], slept: [500] },
    {
      name: 'a 429 that names seconds',
      answers: [{ status: 429, headers: { 'retry-after': '7' } }, {}],
      slept: [7000],
    },
    {
      name: 'a 429 that names a date',
      answers: [{ status: 429, headers: { 'retry-after': 'Thu, 01 Jan 1970 00:16:45 GMT' } }, {}],
      slept: [5000],
    },
  ] as { name: string; answers: (Answer | Error)[]; slept: number[] }[])(
    'repeats after $name',
    async ({ answers, slept }) => {
      const made = bench(answers);
      expect((await made.http.request(ASK)).status).toBe(200);
      expect(made.slept).toEqual(slept);
    },
  );

  it.each([
    { name: 'a 400', answers: [{ status: 400 }], status: 400 },
    {
      name: 'a 429 that wants longer than a minute',
      answers: [{ status: 429, headers: { 'retry-after': '3600' } }],
      status: 429,
    },
  ])('does not repeat after $name', async ({ answers, status }) => {
    const made = bench(answers);
    expect((await made.http.request(ASK)).status).toBe(status);
    expect(made.slept).toEqual([]);
  });

  it('sends bytes as they are, and gives bytes where they are asked for', async () => {
    const reply = Uint8Array.of(0x30, 0x03, 0xff, 0xfe, 0x00);
    const { http, network } = bench([{ body: oneChunk(reply) }, { body: oneChunk(reply) }]);
    const content = { type: 'application/timestamp-query', bytes: Uint8Array.of(0x30, 0x80, 0xc3) };
    const asked = { ...ASK, method: 'PUT', content, binary: true } as const;
    const { bytes, text, body } = await http.request(asked);
    expect({ bytes, text, body }).toEqual({ bytes: reply, text: '', body: undefined });
    expect(network.sent[0]).toMatchObject({
      method: 'PUT',
      headers: { 'content-type': content.type, 'content-length': '3' },
      body: content.bytes,
    });
    const error = await failureOf(http.request({ ...asked, maxBytes: 4 }));
    expect({ code: error.code, got: error.got }).toEqual({ code: 'SERVICE_FAILED', got: 'more than 4 bytes' });
  });

  it('gives the last answer when attempts are used up', async () => {
    const made = bench([{ status: 500 }, { status: 502 }]);
    expect((await made.http.request({ ...ASK, attempts: 2 })).status).toBe(502);
  });

  it('names service, host and fault when no answer came, and never the bearer token', async () => {
    const made = bench([networkFault('ECONNREFUSED')]);
    const failure = await failureOf(made.http.request({ ...ASK, attempts: 1, bearer: new Secret('bearer-canary') }));
    expect(failure.code).toBe('NETWORK');
    expect(failure.exitStatus).toBe(3);
    expect(failure.got).toBe('ECONNREFUSED for GET api.example.com/v9/x');
    expect(inspect(failure, { depth: 9, showHidden: true })).not.toContain('canary');
  });

  it('gives a redirect to who asks for it, and does not follow it', async () => {
    const { http, network } = bench([{ status: 302, headers: { location: 'https://other.example/x?key=1' } }]);
    const reply = await http.request({ ...ASK, redirect: 'answer', bearer: new Secret('bearer-canary') });
    expect(reply).toMatchObject({ status: 302, headers: { location: 'https://other.example/x?key=1' } });
    expect(network.sent).toHaveLength(1);
  });

  it('never follows a redirect', async () => {
    const made = bench([{ status: 302, headers: { location: 'https://evil.example/' } }]);
    const failure = await failureOf(made.http.request({ ...ASK, bearer: new Secret('bearer-canary') }));
    expect(failure.code).toBe('SERVICE_FAILED');
    expect(failure.got).toBe('status 302, location evil.example');
    expect(made.network.sent).toHaveLength(1);
  });

  it('refuses a reply that is too large', async () => {
    const made = bench([{ body: 'x'.repeat(2000) }]);
    const failure = await failureOf(made.http.request({ ...ASK, maxBytes: 1000 }));
    expect(failure.code).toBe('SERVICE_FAILED');
    expect(failure.got).toBe('more than 1000 bytes');
  });

  it('ends at the deadline of one attempt, and repeats', async () => {
    const expired = AbortSignal.abort(new Error('deadline'));
    const hang = (request: { signal?: AbortSignal | undefined }): Promise<Answer> =>
      new Promise((_, reject) => {
        const fail = (): void => reject(new Error('aborted'));
        if (request.signal?.aborted) fail();
        request.signal?.addEventListener('abort', fail);
      });
    const made = bench([hang, hang], { timeout: () => expired });
    const failure = await failureOf(made.http.request({ ...ASK, attempts: 2 }));
    expect(failure.code).toBe('NETWORK');
    expect(failure.got).toContain('no answer in time');
    expect(made.slept).toEqual([500]);
  });

  it("ends with the run's own reason when the run is stopped", async () => {
    const stop = new AbortController();
    const reason = new PipeError({ code: 'TERMINATED', message: 'stopped' });
    const made = bench([
      () => {
        stop.abort(reason);
        return Promise.reject(networkFault('ECONNRESET'));
      },
    ]);
    expect(await failureOf(made.http.request({ ...ASK, signal: stop.signal }))).toBe(reason);
  });
});

async function* oneChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  await Promise.resolve();
  yield bytes;
}
