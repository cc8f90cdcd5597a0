import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
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
