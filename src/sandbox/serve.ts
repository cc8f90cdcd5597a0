import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';
import type { Asked } from './asked.ts';
import { BrokenConnection } from './misbehave.ts';
import { isStream } from './reply.ts';
import { PROVIDER_URLS } from './providers.ts';
import { openSandbox, type OpenSandbox } from './sandbox.ts';
import { STORE_URLS } from './stores.ts';
import type { SandboxOptions, ServedSandbox } from './types.ts';

/** Longer than a client keeps an idle connection, or a reused one breaks under its next request. */
const KEEP_ALIVE_MS = 60_000;

/** What a socket can add: providers and stores on sockets of their own, because each has an origin of its own. */
export type ServeOptions = Omit<
  SandboxOptions,
  'bitbucketUrl' | 'vercelUrl' | 'providers' | 'stores' | 'uploadsUrl'
> & {
  /** Default false. */
  readonly providers?: boolean;
  /** Default false. */
  readonly stores?: boolean;
  /** Of Bitbucket and Vercel: records that are kept name the issuer by it. Default: any that is free. */
  readonly port?: number;
};

/** The same fakes on real sockets of the loopback address. */
export async function serveSandbox({
  providers = false,
  stores = false,
  port = 0,
  ...options
}: ServeOptions = {}): Promise<ServedSandbox> {
  const main = await listen(port);
  const others = providers ? await listenForEach(PROVIDER_URLS) : undefined;
  const homes = stores ? await listenForEach(STORE_URLS) : undefined;
  const proxy = await listen();
  const { sandbox, answer, answerProxied, close } = await openSandbox({
    ...{ ...options, bitbucketUrl: main.url, vercelUrl: main.url, uploadsUrl: main.url },
    ...(others ? { providers: others.urls } : {}),
    ...(homes ? { stores: homes.urls } : {}),
  });
  const doors = [main, ...(others?.doors ?? []), ...(homes?.doors ?? [])];
  for (const door of doors) door.open(answer);
  proxy.open(answerProxied);
  const closeAll = async (): Promise<void> => {
    for (const { server } of [...doors, proxy]) await closeServer(server);
  };
  return { sandbox, url: main.url, proxyUrl: proxy.url, close: () => closeAll().finally(close) };
}

interface Door {
  readonly server: Server;
  readonly url: string;
  readonly open: (answer: OpenSandbox['answer']) => void;
}

/** A socket for each name, and the address of each in the place of the one that it has in the world. */
async function listenForEach<Urls extends object>(
  world: Urls,
): Promise<{ readonly doors: readonly Door[]; readonly urls: Urls }> {
  const names = Object.keys(world);
  const doors = await Promise.all(names.map(() => listen()));
  const urls = Object.fromEntries(names.map((name, index) => [name, doors[index]?.url ?? '']));
  return { doors, urls: urls as Urls };
}

/** A server whose address is known before there is anything to answer. */
async function listen(port = 0): Promise<Door> {
  const door: { open?: (incoming: IncomingMessage, outgoing: ServerResponse) => void } = {};
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (incoming, outgoing) =>
    door.open?.(incoming, outgoing),
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  return {
    server,
    url,
    open(answer) {
      door.open = (incoming, outgoing) => void pass(answer, url, incoming, outgoing);
    },
  };
}

async function pass(
  answer: OpenSandbox['answer'],
  url: string,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  try {
    const { status, headers, body } = await answer(askedBy(url, incoming));
    if (isStream(body)) {
      outgoing.writeHead(status, headers);
      await pipeline(body, outgoing);
    } else {
      // The length goes along with the head, or Node sends one small answer in several chunks.
      outgoing.writeHead(
        status,
        body === undefined ? headers : { ...headers, 'content-length': Buffer.byteLength(body) },
      );
      outgoing.end(body);
    }
  } catch (error) {
    // A client that left and an order to break the connection are as asked; anything else is a fault of the sandbox.
    if (!(error instanceof BrokenConnection) && !incoming.destroyed && !outgoing.destroyed) {
      process.stderr.write(`sandbox: ${incoming.method ?? ''} ${incoming.url ?? ''}: ${String(error)}\n`);
    }
    incoming.socket.destroy();
  }
}

/** No web stream lies between: each would cost more than all that the sandbox does for an upload. */
function askedBy(url: string, incoming: IncomingMessage): Asked {
  return {
    method: incoming.method ?? 'GET',
    // A deployment has no socket of its own; who visits it is known by the name that was asked for.
    url: new URL(incoming.url ?? '/', isSite(incoming.headers.host) ? `https://${incoming.headers.host}` : url),
    // Distinct: what was sent twice must show as sent twice.
    headers: { get: (name) => incoming.headersDistinct[name]?.join(', ') ?? null },
    // A body that no route reads is left to Node, which drains it and keeps the connection.
    bytes: () => incoming,
    signal: undefined,
  };
}

function isSite(host: string | undefined): host is string {
  return host?.endsWith('.vercel.app') === true;
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
