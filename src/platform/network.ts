import type { Agent, AgentOptions, ClientRequest, IncomingMessage, RequestOptions } from 'node:http';
import type { Socket } from 'node:net';
import { routeToProxy } from './bitbucket-proxy.ts';
import { Fault, toFault } from './fault.ts';
import { InFlight } from './in-flight.ts';
import { ResponseBody } from './response-body.ts';
import { TUNNEL, Tunnels, type Making, type TunnelOptions } from './tunnels.ts';
import type { Network, SendRequest, SendResponse } from './types.ts';
import { createYoungHeapBound } from './young-heap.ts';

/** What uploads take at once, and room beside them: renewing the credential must not wait for a large file. */
const MAX_SOCKETS = 224;
/** Of a socket that waits for its next request. */
const IDLE_SOCKET_MS = 15_000;
const NO_BOUND = 0;

interface Way {
  readonly secure: boolean;
  readonly options: RequestOptions;
  readonly headers: SendRequest['headers'];
}

interface Address extends Pick<Way, 'secure' | 'options'> {
  readonly url: string;
}

export interface NetworkOptions {
  /** For https. */
  readonly proxyUrl?: string | undefined;
  /** A stand-in for Bitbucket's proxy: `http://127.0.0.1:<port>`. Anything else counts as none. */
  readonly sandboxProxyUrl?: string | undefined;
  /** For a tunnel through the proxy to stand. Default 15,000 ms. */
  readonly tunnelMs?: number | undefined;
}

interface Door {
  readonly open: (options: TunnelOptions) => ClientRequest;
  readonly agent: Agent;
}

/**
 * The platform's network on `node:http` and `node:https`, with connections kept alive.
 *
 * The modules come by `process.getBuiltinModule`: an ESM import of `node:http` loads undici, which costs start-up time
 * and memory, and nothing here needs it. Each is loaded with the first request that needs it.
 */
export function createNodeNetwork(options: NetworkOptions = {}): Network {
  const proxyEnv = options.proxyUrl === undefined ? {} : { proxyEnv: { HTTPS_PROXY: options.proxyUrl } };
  const agentOptions = { keepAlive: true, maxSockets: MAX_SOCKETS, timeout: IDLE_SOCKET_MS, ...proxyEnv };
  const doors: { http?: Door; https?: Door } = {};
  const inFlight = new InFlight();
  const httpsProxy = readProxyHost(options);
  const tunnels = httpsProxy === undefined ? undefined : new Tunnels(options.tunnelMs);
  const resolveUrl = createResolver();
  const toServer = ({ url, headers }: SendRequest): Way => ({ ...resolveUrl(url), headers });
  const boundYoungHeap = createYoungHeapBound();
  const guard = createGuard();

  return {
    httpsProxy,
    async send(request) {
      const { method, signal, idleTimeoutMs: timeout } = request;
      signal?.throwIfAborted();
      boundYoungHeap();
      const { secure, options: address, headers } = request.proxy ? passBy(request, options) : toServer(request);
      const { open, agent } = secure
        ? (doors.https ??= openHttps(agentOptions, tunnels))
        : (doors.http ??= openHttp(agentOptions));
      const making: Making = {};
      // Without a word of its own a request would have the bound of an idle socket, or what the server says of those.
      const outgoing = open({ ...address, method, headers, agent, timeout: timeout ?? NO_BOUND, [TUNNEL]: making });
      outgoing.once('socket', guard);
      return exchange(outgoing, request, making, inFlight);
    },
    close() {
      tunnels?.close();
      doors.http?.agent.destroy();
      doors.https?.agent.destroy();
    },
  };
}

function passBy(request: SendRequest, { sandboxProxyUrl }: NetworkOptions): Way {
  const route = routeToProxy(request, sandboxProxyUrl);
  if (!route) throw new Fault('no proxy');
  return { secure: false, ...route };
}

/** What Node takes for a proxy, by its host and port alone. */
function readProxyHost({ proxyUrl = '' }: NetworkOptions): string | undefined {
  const url = /^https?:\/\//i.test(proxyUrl) && URL.canParse(proxyUrl) ? new URL(proxyUrl) : undefined;
  return url?.host;
}

function openHttp(options: AgentOptions): Door {
  const { request, Agent } = process.getBuiltinModule('node:http');
  return { open: request, agent: new Agent(options) };
}

function openHttps(options: AgentOptions, tunnels: Tunnels | undefined): Door {
  const { request, Agent } = process.getBuiltinModule('node:https');
  const agent = new Agent(options);
  tunnels?.watch(agent);
  return { open: request, agent };
}

/** Thousands of uploads go to one URL: it is taken apart once. */
function createResolver(): (url: string) => Address {
  const { urlToHttpOptions } = process.getBuiltinModule('node:url');
  let last: Address | undefined;
  return (url) => {
    if (last?.url === url) return last;
    const parsed = new URL(url);
    last = { url, secure: parsed.protocol === 'https:', options: urlToHttpOptions(parsed) };
    return last;
  };
}

/**
 * Node takes its own listener off a socket as soon as an answer is whole, also where the request is given up in that very
 * moment: then the error that it is given up with is nobody's, and ends the process. Who asked hears of it all the same.
 */
function createGuard(): (socket: Socket) => void {
  const guarded = new WeakSet<Socket>();
  const ignore = (): void => undefined;
  return (socket) => {
    if (guarded.has(socket)) return;
    guarded.add(socket);
    socket.on('error', ignore);
  };
}

function exchange(
  outgoing: ClientRequest,
  request: SendRequest,
  making: Making,
  inFlight: InFlight,
): Promise<SendResponse> {
  const { signal } = request;
  return new Promise((resolve, reject) => {
    outgoing.once('response', (incoming) => {
      const body = new ResponseBody(
        incoming,
        (error) => toFault(error, signal),
        () => {
          // The answer is whole, so the rest of what it answers is for nothing.
          if (!outgoing.writableEnded) outgoing.destroy();
        },
      );
      resolve({ status: incoming.statusCode ?? 0, headers: flatten(incoming), body });
    });
    outgoing.once('timeout', () => outgoing.destroy(new Fault('ETIMEDOUT')));
    outgoing.on('error', (error) => {
      reject(toFault(error, signal));
    });
    if (signal) {
      inFlight.watch(outgoing, signal, () => {
        // Node tells of an end by the request's socket, which may be long in coming.
        reject(signal.reason as Error);
        outgoing.destroy(new Error('stopped'));
        making.end?.(new Error('stopped'));
      });
    }
    writeBody(outgoing, request);
  });
}

function writeBody(outgoing: ClientRequest, { body }: SendRequest): void {
  if (typeof body !== 'function') {
    outgoing.end(body);
    return;
  }
  const { Readable, pipeline } = process.getBuiltinModule('node:stream');
  const source = Readable.from(body(), { objectMode: false });
  // Before `pipeline`, which ends a request without a word of why.
  source.once('error', (error) => outgoing.destroy(error));
  pipeline(source, outgoing, () => undefined);
}

function flatten({ headers }: IncomingMessage): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined) flat[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return flat;
}
