import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createNodeNetwork } from '../../src/platform/network.ts';
import type { Network } from '../../src/platform/types.ts';
import { serveSilent, YES, type Silent } from './support/silent.ts';

/** Longer than any test: an end that waits for it is none. */
const IDLE_MS = 600_000;
const ADDRESS = 'https://api.vercel.com/x';

const closers: (() => void)[] = [];
afterEach(() => closers.splice(0).forEach((close) => close()));

async function silent(answers: readonly string[]): Promise<Silent> {
  const server = await serveSilent(answers);
  closers.push(() => server.close());
  return server;
}

function through(port: number, tunnelMs?: number): Network {
  const network = createNodeNetwork({ proxyUrl: `http://127.0.0.1:${String(port)}`, tunnelMs });
  closers.push(() => network.close());
  return network;
}

function send(network: Network, signal?: AbortSignal, url = ADDRESS): Promise<unknown> {
  return network.send({ method: 'GET', url, headers: {}, signal, idleTimeoutMs: IDLE_MS });
}

const PROXIES = [
  { proxy: 'says nothing', answers: [] },
  { proxy: 'says yes, and nothing comes through it', answers: [YES] },
];

describe.each(PROXIES)('a proxy that $proxy', ({ answers }) => {
  it('holds no request that is stopped, nor its connection', async () => {
    const { port, reached, open } = await silent(answers);
    const stop = new AbortController();
    const reason = new Error('stopped by the user');
    const sent = send(through(port), stop.signal).catch((error: unknown) => error);
    const socket = await reached;
    expect(open.size).toBe(1);
    stop.abort(reason);
    expect(await sent).toBe(reason);
    if (!socket.closed) await once(socket, 'close');
  });

  it('holds nothing when the network is closed, and nothing that is asked for afterwards', async () => {
    const { port, reached } = await silent(answers);
    const network = through(port);
    const sent = send(network).catch((error: unknown) => error);
    const socket = await reached;
    network.close();
    const closed = { name: 'NetworkFault', detail: 'the network is closed' };
    expect(await sent).toMatchObject(closed);
    if (!socket.closed) await once(socket, 'close');
    await expect(send(network)).rejects.toMatchObject(closed);
  });

  it('has its own time, whatever the request has', async () => {
    const { port, open } = await silent(answers);
    const sent = send(through(port, 50));
    await expect(sent).rejects.toMatchObject({ name: 'NetworkFault', detail: 'no tunnel within 0.05 s' });
    for (const socket of open) await once(socket, 'close');
  });
});

describe('a tunnel', () => {
  it('that is refused leaves no connection behind, though the proxy would keep it', async () => {
    const refusing = await silent(['HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n']);
    await expect(send(through(refusing.port))).rejects.toMatchObject({ proxyStatus: 403 });
    for (const socket of refusing.open) await once(socket, 'close');
  });

  it('is not made by a proxy that always says a little', async () => {
    const { port, reached } = await silent([]);
    const sent = send(through(port, 1000)).catch((error: unknown) => error);
    const socket = await reached;
    const talk = setInterval(() => socket.write('x'), 10);
    expect(await sent).toMatchObject({ detail: 'no tunnel within 1 s' });
    clearInterval(talk);
  });

  it('of a request that is stopped takes no other along', async () => {
    const held: (() => void)[] = [];
    const proxy = createServer().on('connect', (_, socket) => {
      socket.on('error', () => undefined);
      held.push(() => socket.end('HTTP/1.1 403 Forbidden\r\n\r\n'));
      if (held.length === 2) proxy.emit('both');
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    closers.push(() => proxy.close());
    const network = through((proxy.address() as AddressInfo).port);
    const stops = [new AbortController(), new AbortController()];
    const both = once(proxy, 'both');
    const [one, other] = stops.map(({ signal }) => send(network, signal).catch((error: unknown) => error));
    await both;
    const reason = new Error('stopped by the user');
    stops[0]?.abort(reason);
    expect(await one).toBe(reason);
    for (const answer of held) answer();
    expect(await other).toMatchObject({ name: 'NetworkFault', proxyStatus: 403 });
  });
});

it('a server whose handshake hangs holds no request that is stopped, nor its connection', async () => {
  const { port, reached } = await silent([]);
  const network = createNodeNetwork();
  closers.push(() => network.close());
  const stop = new AbortController();
  const reason = new Error('stopped by the user');
  const sent = send(network, stop.signal, `https://127.0.0.1:${String(port)}/`).catch((error: unknown) => error);
  const socket = await reached;
  stop.abort(reason);
  expect(await sent).toBe(reason);
  if (!socket.closed) await once(socket, 'close');
});
