import type { Agent, ClientRequest, IncomingMessage } from 'node:http';
import { PipeError } from '../errors.ts';
import type { Network, NetworkFault, SendRequest, SendResponse } from './types.ts';

/** More sockets than any room asks for at once; the bound is against a bug, not a tuning knob. */
const MAX_SOCKETS = 128;
const IDLE_SOCKET_MS = 15_000;

class Fault extends Error implements NetworkFault {
  override readonly name = 'NetworkFault';
  readonly detail: string;

  constructor(detail: string) {
    super(`no answer: ${detail}`);
    this.detail = detail;
  }
}

/**
 * The platform's network on `node:http` and `node:https`, with connections kept alive.
 *
 * The modules come by `process.getBuiltinModule`: an ESM import of `node:http` loads undici, which costs start-up time
 * and memory, and nothing here needs it.
 */
export function createNodeNetwork(options: { readonly proxyUrl?: string | undefined } = {}): Network {
  const http = process.getBuiltinModule('node:http');
  const https = process.getBuiltinModule('node:https');
  const proxyEnv = options.proxyUrl === undefined ? {} : { proxyEnv: { HTTPS_PROXY: options.proxyUrl } };
  const agentOptions = { keepAlive: true, maxSockets: MAX_SOCKETS, timeout: IDLE_SOCKET_MS, ...proxyEnv };
  const agents = { http: new http.Agent(agentOptions), https: new https.Agent(agentOptions) };

  return {
    send(request) {
      const url = new URL(request.url);
      const secure = url.protocol === 'https:';
      const agent: Agent = secure ? agents.https : agents.http;
      const open = secure ? https.request : http.request;
      const { method, headers, signal } = request;
      return exchange(open(url, { method, headers, agent, ...(signal ? { signal } : {}) }), request);
    },
    close() {
      agents.http.destroy();
      agents.https.destroy();
    },
  };
}

function exchange(outgoing: ClientRequest, request: SendRequest): Promise<SendResponse> {
  return new Promise((resolve, reject) => {
    outgoing.once('response', (incoming) => {
      resolve({
        status: incoming.statusCode ?? 0,
        headers: flatten(incoming),
        body: readBody(incoming, request.signal),
      });
    });
    outgoing.on('error', (error) => {
      reject(toFault(error, request.signal));
    });
    writeBody(outgoing, request);
  });
}

function writeBody(outgoing: ClientRequest, { body }: SendRequest): void {
  if (typeof body !== 'function') {
    outgoing.end(body);
    return;
  }
  const { Readable, pipeline } = process.getBuiltinModule('node:stream');
  // An error of the source destroys the request, whose 'error' handler rejects.
  pipeline(Readable.from(body(), { objectMode: false }), outgoing, () => undefined);
}

async function* readBody(incoming: IncomingMessage, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of incoming) yield chunk as Uint8Array;
  } catch (error) {
    throw toFault(error, signal);
  }
}

function flatten(incoming: IncomingMessage): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value !== undefined) flat[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return flat;
}

/** A stop or a deadline keeps its own reason, and so does a body's source; the rest becomes a fault with the system's code alone. */
function toFault(error: unknown, signal: AbortSignal | undefined): Error {
  if (signal?.aborted) return signal.reason as Error;
  if (error instanceof PipeError) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  return new Fault(code ?? message);
}
