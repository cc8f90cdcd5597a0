import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { PipeError } from '../../src/errors.ts';
import { createNodeNetwork } from '../../src/platform/network.ts';
import type { Network } from '../../src/platform/types.ts';

const open: (() => void)[] = [];
afterEach(() => open.splice(0).forEach((close) => close()));

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}

function network(): Network {
  const made = createNodeNetwork();
  open.push(() => made.close());
  return made;
}

async function text(body: AsyncIterable<Uint8Array>): Promise<string> {
  return Buffer.concat(await Array.fromAsync(body)).toString();
}

async function drain(request: IncomingMessage): Promise<string> {
  return Buffer.concat(await Array.fromAsync(request as AsyncIterable<Buffer>)).toString();
}

describe('createNodeNetwork', () => {
  it('sends a streamed body and gives status, headers and body', async () => {
    const url = await serve((request, response) => {
      void drain(request).then((got) => {
        response.writeHead(201, { 'x-one': 'a', 'set-cookie': ['b', 'c'] }).end(`${String(request.method)} ${got}`);
      });
    });
    const body = async function* (): AsyncGenerator<Uint8Array> {
      for (const part of ['he', 'llo']) {
        await Promise.resolve();
        yield Buffer.from(part);
      }
    };
    const answer = await network().send({ method: 'POST', url, headers: { 'content-length': '5' }, body });
    expect(answer.status).toBe(201);
    expect(answer.headers).toMatchObject({ 'x-one': 'a', 'set-cookie': 'b, c' });
    expect(await text(answer.body)).toBe('POST hello');
  });

  it('keeps connections alive', async () => {
    const ports = new Set<number | undefined>();
    const url = await serve((request, response) => {
      ports.add(request.socket.remotePort);
      response.end('x');
    });
    const client = network();
    for (let i = 0; i < 3; i += 1) await text((await client.send({ method: 'GET', url, headers: {} })).body);
    expect(ports.size).toBe(1);
  });

  it.each([{ name: 'a reset', listener: (request: IncomingMessage) => request.socket.destroy() }])(
    'rejects with a fault after $name',
    async ({ listener }) => {
      const url = await serve(listener);
      await expect(network().send({ method: 'GET', url, headers: {} })).rejects.toMatchObject({
        name: 'NetworkFault',
        detail: 'ECONNRESET',
      });
    },
  );

  it('rejects with a fault where the body breaks off', async () => {
    const url = await serve((request, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('half');
      setTimeout(() => request.socket.destroy(), 20);
    });
    const answer = await network().send({ method: 'GET', url, headers: {} });
    await expect(text(answer.body)).rejects.toMatchObject({ name: 'NetworkFault' });
  });

  it("rejects with the signal's own reason", async () => {
    const url = await serve(() => undefined);
    const stop = new AbortController();
    const pending = network().send({ method: 'GET', url, headers: {}, signal: stop.signal });
    const reason = new Error('stopped by the user');
    setTimeout(() => stop.abort(reason), 20);
    await expect(pending).rejects.toBe(reason);
  });

  it("stops every request of a signal, at whatever point, with the signal's own reason", async () => {
    const url = await serve((request, response) => {
      if (request.url === '/half') response.writeHead(200, { 'content-length': '100' }).write('half');
    });
    const client = network();
    const stop = new AbortController();
    const reason = new Error('stopped by the user');
    const send = (path: string): ReturnType<Network['send']> =>
      client.send({ method: 'GET', url: `${url}${path}`, headers: {}, signal: stop.signal });
    const waiting = [send('/none'), send('/none'), send('/none')];
    const half = text((await send('/half')).body);
    const ended = Promise.allSettled([...waiting, half]);
    stop.abort(reason);
    expect(await ended).toEqual(Array.from({ length: 4 }, () => ({ status: 'rejected', reason })));
    await expect(send('/none')).rejects.toBe(reason);
  });

  it('leaves the other requests of a signal alone when one has ended', async () => {
    const url = await serve((request, response) => setTimeout(() => response.end(request.url), 20));
    const client = network();
    const stop = new AbortController();
    for (let round = 0; round < 3; round += 1) {
      const paths = ['/a', '/b', '/c', '/d'];
      const answers = paths.map(async (path) => {
        const { body } = await client.send({ method: 'GET', url: `${url}${path}`, headers: {}, signal: stop.signal });
        return text(body);
      });
      expect(await Promise.all(answers)).toEqual(paths);
    }
    stop.abort(new Error('over'));
    const { body } = await client.send({ method: 'GET', url: `${url}/e`, headers: {} });
    expect(await text(body)).toBe('/e');
  });

  it('gives up where nothing moves for as long as was asked', async () => {
    const url = await serve(() => undefined);
    const sent = network().send({ method: 'GET', url, headers: {}, idleTimeoutMs: 50 });
    await expect(sent).rejects.toMatchObject({ name: 'NetworkFault', detail: 'ETIMEDOUT' });
  });

  it("passes on the error of a body's source as it is", async () => {
    const url = await serve((request) => void drain(request).catch(() => undefined));
    const failure = new PipeError({ code: 'OUTPUT_INVALID', message: 'The file changed.' });
    const body = async function* (): AsyncGenerator<Uint8Array> {
      await Promise.resolve();
      yield Buffer.from('he');
      throw failure;
    };
    const sent = network().send({ method: 'POST', url, headers: { 'content-length': '5' }, body });
    await expect(sent).rejects.toBe(failure);
  });

  it('takes an answer that comes before the body has gone, and sends no more of it', async () => {
    const url = await serve((_, response) => response.writeHead(413).end('too large'));
    let given = 0;
    let ended = false;
    const body = async function* (): AsyncGenerator<Uint8Array> {
      try {
        for (;;) {
          await new Promise((resolve) => setTimeout(resolve, 1));
          given += 1;
          yield Buffer.alloc(1000);
        }
      } finally {
        ended = true;
      }
    };
    const answer = await network().send({ method: 'POST', url, headers: { 'content-length': '99999999' }, body });
    expect([answer.status, await text(answer.body)]).toEqual([413, 'too large']);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(ended).toBe(true);
    expect(given).toBeLessThan(1000);
  });

  it('gives up the connection of an answer that nobody reads to its end', async () => {
    const closed = Promise.withResolvers<string>();
    const url = await serve((request, response) => {
      request.socket.once('close', () => closed.resolve('closed'));
      response.writeHead(200, { 'content-length': '100' }).write('half');
    });
    const client = network();
    const { body } = await client.send({ method: 'GET', url, headers: {} });
    for await (const chunk of body) if (chunk.byteLength > 0) break;
    const late = new Promise((resolve) => setTimeout(() => resolve('still open'), 1000));
    expect(await Promise.race([closed.promise, late])).toBe('closed');
  });

  it('goes through a proxy by CONNECT for https', async () => {
    const asked: string[] = [];
    const proxy = createServer();
    proxy.on('connect', (request, socket) => {
      asked.push(String(request.url));
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    open.push(() => proxy.close());
    const proxyUrl = `http://127.0.0.1:${String((proxy.address() as AddressInfo).port)}`;
    const client = createNodeNetwork({ proxyUrl });
    open.push(() => client.close());
    const sent = client.send({ method: 'GET', url: 'https://api.vercel.com/x', headers: {} });
    await expect(sent).rejects.toMatchObject({ name: 'NetworkFault' });
    expect(asked).toEqual(['api.vercel.com:443']);
  });
});
