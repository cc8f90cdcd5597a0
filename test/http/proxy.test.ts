import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { PipeError } from '../../src/errors.ts';
import { createHttpClient } from '../../src/http/index.ts';
import { createNodeNetwork } from '../../src/platform/network.ts';
import { Secret } from '../../src/secret.ts';
import { serveSilent, YES } from '../platform/support/silent.ts';
import { bench, NEVER, type Bench } from './support/bench.ts';
import { networkFault } from './support/fake-network.ts';

const ASK = { service: 'Vercel', method: 'GET', url: 'https://api.vercel.com/v9/x', signal: NEVER } as const;
const open: (() => void)[] = [];
afterEach(() => open.splice(0).forEach((close) => close()));

/** Answers every CONNECT with this; without one it hangs up. */
async function serveProxy(answer: string | undefined): Promise<{ port: string; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer().on('connect', (request, socket) => {
    asked.push(String(request.url));
    if (answer === undefined) socket.destroy();
    else socket.end(`HTTP/1.1 ${answer}\r\ncontent-length: 0\r\n\r\n`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push(() => server.close());
  return { port: String((server.address() as AddressInfo).port), asked };
}

/** By the platform's own network, whose waits between attempts take no time. */
function connect(proxyUrl: string, tunnelMs?: number): { http: Bench['http']; slept: number[] } {
  const network = createNodeNetwork({ proxyUrl, tunnelMs });
  open.push(() => network.close());
  const { clock, log, slept } = bench([]);
  const random = { uuid: () => 'u', fraction: () => 0 };
  return { http: createHttpClient({ network, log, clock, random, userAgent: 'test' }), slept };
}

async function failureOf(work: Promise<unknown>): Promise<PipeError> {
  const error = await work.catch((thrown: unknown) => thrown);
  if (error instanceof PipeError) return error;
  throw new Error('no failure of ours', { cause: error });
}

describe('a proxy for https', () => {
  it('that is dead is told by its address, and not by its password', async () => {
    const { http } = connect('http://me:canary@127.0.0.1:1');
    const failure = await failureOf(http.request({ ...ASK, attempts: 1 }));
    expect(failure).toMatchObject({
      code: 'NETWORK',
      got: 'ECONNREFUSED for GET api.vercel.com/v9/x, through the proxy 127.0.0.1:1 (HTTPS_PROXY)',
      fix: 'Check that address, and that this proxy lets the step reach api.vercel.com. Then run the step again.',
    });
    expect(failure.describe()).not.toContain('canary');
  });

  it.each([
    { answer: '403 Forbidden', got: 'ERR_PROXY_TUNNEL with status 403' },
    { answer: undefined, got: 'ERR_PROXY_TUNNEL' },
  ])('that answers $answer is told as well, after all attempts', async ({ answer, got }) => {
    const { port, asked } = await serveProxy(answer);
    const failure = await failureOf(connect(`http://127.0.0.1:${port}`).http.request({ ...ASK, attempts: 2 }));
    expect(failure.got).toBe(`${got} for GET api.vercel.com/v9/x, through the proxy 127.0.0.1:${port} (HTTPS_PROXY)`);
    expect(asked).toEqual(['api.vercel.com:443', 'api.vercel.com:443']);
  });

  it.each([
    { does: 'answers nothing', answers: [] },
    { does: 'says yes, and nothing comes through it', answers: [YES] },
  ])('that $does is told after a time of its own', async ({ answers }) => {
    const proxy = await serveSilent(answers);
    open.push(() => proxy.close());
    const port = String(proxy.port);
    const failure = await failureOf(connect(`http://127.0.0.1:${port}`, 50).http.request(ASK));
    expect(failure).toMatchObject({
      code: 'NETWORK',
      got: `no tunnel within 0.05 s for GET api.vercel.com/v9/x, through the proxy 127.0.0.1:${port} (HTTPS_PROXY)`,
      fix: 'Check that address, and that this proxy lets the step reach api.vercel.com. Then run the step again.',
    });
  });

  it('that wants a login is asked once, whatever is sent', async () => {
    const { port, asked } = await serveProxy('407 Proxy Authentication Required');
    const { http, slept } = connect(`http://me:canary@127.0.0.1:${port}`);
    const { url, service, signal } = ASK;
    const upload = { service, url, signal, bearer: new Secret('bearer-canary'), headers: {}, body: Uint8Array.of(1) };
    const lines = (): Promise<unknown> => Array.fromAsync(http.lines({ service, url, signal }));
    for (const work of [() => http.request(ASK), () => http.upload(upload), lines]) {
      const failure = await failureOf(work());
      expect(failure).toMatchObject({
        code: 'NETWORK',
        message: 'A proxy on the way to Vercel wants a login first.',
        got: `status 407 for api.vercel.com, through the proxy 127.0.0.1:${port} (HTTPS_PROXY)`,
      });
      expect(failure.fix).toContain('http://user:password@host:port');
      expect(failure.describe()).not.toContain('canary');
    }
    expect({ slept, asked }).toEqual({ slept: [], asked: Array.from({ length: 3 }, () => 'api.vercel.com:443') });
  });

  it('is told of a request that had no answer in time', async () => {
    const ended = AbortSignal.abort();
    const made = bench([networkFault('x')], { timeout: () => ended }, 'proxy.example.com:3128');
    const failure = await failureOf(made.http.request({ ...ASK, attempts: 1 }));
    expect(failure.got).toContain('through the proxy proxy.example.com:3128 (HTTPS_PROXY)');
  });

  it('is not blamed for a request that it does not carry', async () => {
    const made = bench([networkFault('ECONNREFUSED')], {}, 'proxy.example.com:3128');
    const failure = await failureOf(made.http.request({ ...ASK, url: 'http://127.0.0.1:9/x', attempts: 1 }));
    expect(failure).toMatchObject({ got: 'ECONNREFUSED for GET 127.0.0.1:9/x' });
    expect(failure.fix).toContain('behind a proxy set HTTPS_PROXY');
  });

  it.each(['', 'proxy.example.com:3128', 'http://'])('is none that Node would not take: "%s"', (proxyUrl) => {
    const network = createNodeNetwork({ proxyUrl });
    open.push(() => network.close());
    expect(network.httpsProxy).toBeUndefined();
  });
});
