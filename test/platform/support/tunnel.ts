import { createServer, type RequestListener } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { makeHolder, toPem } from '../../../src/sandbox/tsa/certificate.ts';

/** A proxy that makes its tunnels, to one server for every host that is asked for. */
export interface TunnelProxy {
  readonly url: string;
  /** Of the server, to be trusted. */
  readonly certificate: string;
  /** `HOST:PORT` of every CONNECT. */
  readonly asked: readonly string[];
  /** From now on it is silent: what stands is cut, and a CONNECT has no answer. */
  hang(): void;
  close(): void;
}

/** @param host that the server proves to be */
export async function serveTunnels(host: string, listener: RequestListener): Promise<TunnelProxy> {
  const now = Date.now();
  const { certificate, privateKey } = makeHolder({ subject: host, notBefore: now - 60_000, notAfter: now + 3_600_000 });
  const pem = toPem(certificate);
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' });
  const server = createSecureServer({ key, cert: pem, keepAliveTimeout: 60_000 }, listener);
  const port = await listen(server);
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  let hanging = false;
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket));
  };
  const proxy = createServer().on('connect', (request, client: Socket) => {
    asked.push(String(request.url));
    keep(client);
    if (hanging) return;
    const upstream = connect(port, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 OK\r\n\r\n');
      upstream.pipe(client).pipe(upstream);
    });
    keep(upstream);
  });
  const cut = (): void => sockets.forEach((socket) => socket.destroy());
  return {
    ...{ url: `http://127.0.0.1:${String(await listen(proxy))}`, certificate: pem, asked },
    hang() {
      hanging = true;
      cut();
    },
    close() {
      cut();
      proxy.close();
      server.close();
    },
  };
}

async function listen(
  server: ReturnType<typeof createServer> | ReturnType<typeof createSecureServer>,
): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}
