import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from '@jest/globals';
import { PipeError } from '../../src/errors.ts';
import { createNodeNetwork } from '../../src/platform/network.ts';

it('a request may be given up in the moment in which its answer is whole, and the next one goes on', async () => {
  const server = createServer((_, response) => void response.end('hello'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  const network = createNodeNetwork();
  const heard: unknown[] = [];
  for (let round = 0; round < 3; round += 1) {
    const leave = new AbortController();
    const { body } = await network.send({ method: 'GET', url, headers: {}, signal: leave.signal });
    const reader = body[Symbol.asyncIterator]();
    // The last bytes are read, and the end is not yet told: an error that nobody takes now ends the process.
    expect(await reader.next()).toMatchObject({ done: false });
    leave.abort(new PipeError({ code: 'TERMINATED', message: 'Stopped.' }));
    heard.push(await reader.next().catch((error: unknown) => error));
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  network.close();
  server.closeAllConnections();
  server.close();
  expect(heard).toHaveLength(3);
});
