import type { Agent, RequestOptions } from 'node:https';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterEach, expect, it } from '@jest/globals';
import { createNodeNetwork } from '../../src/platform/network.ts';
import { TUNNEL, Tunnels, type Making, type TunnelOptions } from '../../src/platform/tunnels.ts';
import type { Network } from '../../src/platform/types.ts';
import { serveTunnels, type TunnelProxy } from './support/tunnel.ts';

const HOST = 'api.vercel.com';
const TRUSTED = getCACertificates('default');

const closers: (() => void)[] = [];
afterEach(() => {
  closers.splice(0).forEach((close) => close());
  setDefaultCACertificates(TRUSTED);
});

/** A server behind a proxy: it answers by the path, and `/never` never. */
async function serve(): Promise<{ proxy: TunnelProxy; network: Network }> {
  const proxy = await serveTunnels(HOST, ({ url }, response) => {
    if (url !== '/never') response.end(url);
  });
  setDefaultCACertificates([proxy.certificate]);
  const network = createNodeNetwork({ proxyUrl: proxy.url });
  closers.push(
    () => network.close(),
    () => proxy.close(),
  );
  return { proxy, network };
}

type More = Partial<Parameters<Network['send']>[0]>;

async function ask(network: Network, path: string, more: More = {}): Promise<string> {
  const { body } = await network.send({ method: 'GET', url: `https://${HOST}${path}`, headers: {}, ...more });
  return Buffer.concat(await Array.fromAsync(body)).toString();
}

it('a tunnel that stands carries one request after the other', async () => {
  const { proxy, network } = await serve();
  for (const path of ['/a', '/b', '/c']) expect(await ask(network, path)).toBe(path);
  expect(proxy.asked).toEqual([`${HOST}:443`]);
});

it('a request in a tunnel that stands is stopped and bounded as any other', async () => {
  const { proxy, network } = await serve();
  await ask(network, '/a');
  const stop = new AbortController();
  const sent = ask(network, '/never', { signal: stop.signal }).catch((error: unknown) => error);
  expect(await ask(network, '/b')).toBe('/b');
  const reason = new Error('stopped by the user');
  stop.abort(reason);
  expect(await sent).toBe(reason);
  expect(proxy.asked).toHaveLength(2);
  const late = ask(network, '/never', { idleTimeoutMs: 100 });
  await expect(late).rejects.toMatchObject({ name: 'NetworkFault', detail: 'ETIMEDOUT' });
});

it('a tunnel that stands has the time of its request, and no longer its own', async () => {
  const given: unknown[] = [];
  let stand: ((error: Error | null, stream: unknown) => void) | undefined;
  const connect = ({ timeout }: RequestOptions, tell: typeof stand): { destroy: () => void } => {
    given.push(`timeout ${String(timeout)}`);
    stand = tell;
    return { destroy: () => void given.push('destroyed') };
  };
  const agent = { createConnection: connect } as unknown as Agent;
  const tunnels = new Tunnels(20);
  tunnels.watch(agent);
  const making: Making = {};
  agent.createConnection({ timeout: 15_000, [TUNNEL]: making } as TunnelOptions, () => void given.push('told'));
  stand?.(null, { setTimeout: (ms: number) => void given.push(`then ${String(ms)}`) });
  await new Promise((resolve) => setTimeout(resolve, 60));
  making.end?.(new Error('stopped'));
  tunnels.close();
  stand?.(new Error('late'), undefined);
  expect(given).toEqual(['timeout 0', 'then 15000', 'told']);
});
