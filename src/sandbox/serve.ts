import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { BrokenConnection } from './misbehave.ts';
import { createSandbox } from './sandbox.ts';
import type { Sandbox, SandboxOptions, ServedSandbox } from './types.ts';

/** Longer than a client keeps an idle connection, or a reused one breaks under its next request. */
const KEEP_ALIVE_MS = 60_000;

/** The same fakes on a real socket of the loopback address. */
export async function serveSandbox(
  options: Omit<SandboxOptions, 'bitbucketUrl' | 'vercelUrl'> = {},
): Promise<ServedSandbox> {
  const door: { open?: (incoming: IncomingMessage, outgoing: ServerResponse) => void } = {};
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (incoming, outgoing) =>
    door.open?.(incoming, outgoing),
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  const sandbox = await createSandbox({ ...options, bitbucketUrl: url, vercelUrl: url });
  door.open = (incoming, outgoing) => void pass(sandbox, url, incoming, outgoing);
  return { sandbox, url, close: () => close(server) };
}

async function pass(sandbox: Sandbox, url: string, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  try {
    const response = await sandbox.handle(toRequest(url, incoming));
    outgoing.writeHead(response.status, Object.fromEntries(response.headers));
    if (response.body) await pipeline(Readable.fromWeb(response.body as never), outgoing);
    else outgoing.end();
  } catch (error) {
    // A client that left and an order to break the connection are as asked; anything else is a fault of the sandbox.
    if (!(error instanceof BrokenConnection) && !incoming.destroyed && !outgoing.destroyed) {
      process.stderr.write(`sandbox: ${incoming.method ?? ''} ${incoming.url ?? ''}: ${String(error)}\n`);
    }
    incoming.socket.destroy();
  }
}

function toRequest(url: string, incoming: IncomingMessage): Request {
  const method = incoming.method ?? 'GET';
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headersDistinct)) {
    for (const one of value ?? []) headers.append(name, one);
  }
  const bodyless = method === 'GET' || method === 'HEAD';
  return new Request(new URL(incoming.url ?? '/', url), {
    method,
    headers,
    // Lazy: a body that no route reads is left to Node, which drains it and keeps the connection.
    ...(bodyless ? {} : { body: ReadableStream.from<Uint8Array>(incoming), duplex: 'half' }),
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
