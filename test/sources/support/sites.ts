import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach } from '@jest/globals';
import { createHttpClient, type HttpClient } from '../../../src/http/index.ts';
import { createNodeNetwork } from '../../../src/platform/network.ts';
import type { Network } from '../../../src/platform/types.ts';

/** Web servers on this machine, and a client that sleeps at once; all are closed after each test. */
export function sites(): {
  /** The address of a file with that text, or of what the listener answers. */
  readonly serve: (content: string | RequestListener) => Promise<string>;
  /** @param timeoutMs of one attempt */
  readonly client: (timeoutMs?: number) => HttpClient;
} {
  const servers: Server[] = [];
  const networks: Network[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
    for (const network of networks.splice(0)) network.close();
  });
  return {
    async serve(content) {
      const listener: RequestListener = typeof content === 'string' ? (_, response) => response.end(content) : content;
      const server = createServer(listener);
      servers.push(server);
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/deploy-policy.yml?at=main`;
    },
    client(timeoutMs = 5000) {
      const network = createNodeNetwork();
      networks.push(network);
      const nothing = (): void => undefined;
      const log = {
        ...{ debug: nothing, info: nothing, warn: nothing, error: nothing, done: nothing, block: nothing },
        close: () => Promise.resolve(),
      };
      const clock = { now: () => 0, sleep: () => Promise.resolve(), timeout: () => AbortSignal.timeout(timeoutMs) };
      const random = { uuid: () => '', fraction: () => 0 };
      return createHttpClient({ network, log, clock, random, userAgent: 'test' });
    },
  };
}
