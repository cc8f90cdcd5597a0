import type { Network, SendBody, SendRequest } from '../../src/platform/types.ts';
import type { Sandbox } from '../../src/sandbox/index.ts';

/**
 * The platform's network, answered by a sandbox in this process: no socket, the same requests. Bitbucket's proxy is there
 * where it is asked for.
 */
export function sandboxNetwork(
  sandbox: Pick<Sandbox, 'handle'> & Partial<Pick<Sandbox, 'proxy'>>,
  { proxy = false }: { readonly proxy?: boolean } = {},
): Network {
  return {
    close: () => undefined,
    async send(request) {
      request.signal?.throwIfAborted();
      let answer: Response;
      try {
        const door = request.proxy ? proxy && sandbox.proxy : sandbox.handle;
        if (!door) throw refusedConnection();
        answer = await door(await toRequest(request));
      } catch (error) {
        if (!(error instanceof TypeError)) throw error;
        // How the sandbox says that a connection broke.
        throw Object.assign(new Error('reset'), { name: 'NetworkFault', detail: 'ECONNRESET' });
      }
      request.signal?.throwIfAborted();
      return {
        status: answer.status,
        headers: Object.fromEntries(answer.headers),
        body: readBody(answer, request.signal),
      };
    },
  };
}

function refusedConnection(): Error {
  return Object.assign(new Error('refused'), { name: 'NetworkFault', detail: 'ECONNREFUSED' });
}

async function toRequest({ method, url, headers, body, signal }: SendRequest): Promise<Request> {
  const bytes = body === undefined ? undefined : await collect(body);
  return new Request(url, {
    method,
    headers: { ...headers },
    ...(bytes ? { body: bytes } : {}),
    ...(signal ? { signal } : {}),
  });
}

async function collect(body: SendBody): Promise<Uint8Array<ArrayBuffer>> {
  if (typeof body !== 'function') return new Uint8Array(body);
  return new Uint8Array(Buffer.concat(await Array.fromAsync(body())));
}

async function* readBody(answer: Response, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
  if (!answer.body) return;
  const reader = answer.body.getReader();
  const stop = (): void => void reader.cancel().catch(() => undefined);
  signal?.addEventListener('abort', stop);
  try {
    for (;;) {
      const { done, value } = await reader.read();
      signal?.throwIfAborted();
      if (done) return;
      yield value as Uint8Array;
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw Object.assign(new Error(String(error)), { name: 'NetworkFault', detail: 'the body broke off' });
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}
