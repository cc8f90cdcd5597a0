import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from '@jest/globals';
import { createNodeNetwork } from '../../src/platform/network.ts';

/** The server's word on how long its sockets may be idle; Node takes a second off. */
const IDLE_MS = 2000;
const SLOWLY_MS = 1500;

const open: (() => void)[] = [];
afterEach(() => open.splice(0).forEach((close) => close()));

it('bounds sockets that are idle, and no request that waits for its answer', async () => {
  let asked = 0;
  const closed: Promise<unknown>[] = [];
  const server = createServer({ keepAliveTimeout: IDLE_MS }, ({ socket }, response) => {
    asked += 1;
    if (asked === 1) closed.push(once(socket, 'close'));
    setTimeout(() => response.end('x'), asked === 1 ? 0 : SLOWLY_MS);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = createNodeNetwork();
  open.push(
    () => client.close(),
    () => server.close(),
  );
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  for (let index = 0; index < 2; index += 1) {
    const { body } = await client.send({ method: 'GET', url, headers: {} });
    expect(Buffer.concat(await Array.fromAsync(body)).toString()).toBe('x');
  }
  // Both on the first socket, which nobody needs any more.
  expect(closed).toHaveLength(1);
  await Promise.all(closed);
});
