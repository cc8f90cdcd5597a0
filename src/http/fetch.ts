import { PipeError } from '../errors.ts';
import type { Network, SendRequest, SendResponse } from '../platform/types.ts';

const NO_BODY_STATUSES = new Set([101, 103, 204, 205, 304]);

/**
 * The platform's `send` in the shape of fetch, for ky. A redirect is an error: a bearer token goes to the host it was
 * meant for or nowhere. `onFault` sees the first error, because ky wraps it.
 */
export function createFetch(network: Network, onFault: (error: unknown) => void): typeof fetch {
  return async (input, init) => {
    const request = new Request(input, init);
    try {
      return await toResponse(await network.send(await toSend(request)), request.url);
    } catch (error) {
      onFault(error);
      throw error;
    }
  };
}

async function toSend(request: Request): Promise<SendRequest> {
  const body = request.body ? new Uint8Array(await request.arrayBuffer()) : undefined;
  return {
    method: request.method as SendRequest['method'],
    url: request.url,
    headers: { ...Object.fromEntries(request.headers), ...(body ? { 'content-length': String(body.byteLength) } : {}) },
    body,
    signal: request.signal,
  };
}

async function toResponse(answer: SendResponse, url: string): Promise<Response> {
  const { status, headers, body } = answer;
  if (status >= 300 && status < 400 && status !== 304) {
    await body[Symbol.asyncIterator]().return?.();
    throw new PipeError({
      code: 'SERVICE_FAILED',
      message: 'A server answered with a redirect, and none is ever followed.',
      got: `status ${String(status)}, location ${new URL(headers['location'] ?? '', url).host}`,
      wanted: 'an answer from the host that was asked',
      fix: 'Check the address that was configured, and any proxy on the way.',
    });
  }
  const stream = NO_BODY_STATUSES.has(status) ? null : ReadableStream.from(body);
  return new Response(stream, { status, headers: { ...headers } });
}
