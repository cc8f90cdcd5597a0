import { createServer, type AddressInfo, type Socket } from 'node:net';

/** A server that answers a connection's first pieces by these, and then says nothing more. */
export interface Silent {
  readonly port: number;
  /** Resolves with the connection that has had all answers and sent another piece. */
  readonly reached: Promise<Socket>;
  /** Of connections that are open now. */
  readonly open: ReadonlySet<Socket>;
  close(): void;
}

/** What a proxy says to a CONNECT that it fulfils. */
export const YES = 'HTTP/1.1 200 Connection established\r\n\r\n';

export async function serveSilent(answers: readonly string[]): Promise<Silent> {
  const open = new Set<Socket>();
  const { promise: reached, resolve } = Promise.withResolvers<Socket>();
  const server = createServer((socket) => {
    const left = [...answers];
    open.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => open.delete(socket));
    socket.on('data', () => {
      const answer = left.shift();
      if (answer === undefined) resolve(socket);
      else socket.write(answer);
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    ...{ port: (server.address() as AddressInfo).port, reached, open },
    close() {
      for (const socket of open) socket.destroy();
      server.close();
    },
  };
}
