import type { RequestOptions } from 'node:http';
import type { LookupFunction } from 'node:net';
import { createLookup } from './host-name.ts';
import type { SendRequest } from './types.ts';

/** Where Bitbucket has it for the container of a pipe. */
const BITBUCKET = 'http://host.docker.internal:29418';
const API_HOST = 'api.bitbucket.org';
const REPORT =
  /^http:\/\/api\.bitbucket\.org\/2\.0\/repositories(?:\/%7B[0-9a-f-]{36}%7D){2}\/commit\/[0-9a-f]{40}\/reports\/[a-z0-9-]{1,100}(?:\/annotations)?$/i;
/** What says who asks is the proxy's to add. */
const HEADERS = ['accept', 'content-length', 'content-type', 'user-agent'];

export interface ProxyRoute {
  readonly options: RequestOptions & { readonly lookup: LookupFunction };
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * The way to a proxy, in absolute form (RFC 9112 §3.2.2): plain http, because the proxy adds the step's right to it.
 * @param sandboxUrl of a stand-in, taken only where it is on this machine
 * @returns undefined where there is no such proxy.
 * @throws {Error} for any other request than one for a report.
 */
export function routeToProxy(
  { proxy, url, headers }: Pick<SendRequest, 'proxy' | 'url' | 'headers'>,
  sandboxUrl: string | undefined,
): ProxyRoute | undefined {
  const foreign = Object.keys(headers).filter((name) => !HEADERS.includes(name));
  if (!REPORT.test(url) || foreign.length > 0) {
    throw new Error(`no request for Bitbucket's proxy: ${new URL(url).host} ${foreign.join(' ')}`.trim());
  }
  const place = proxy === 'bitbucket' ? BITBUCKET : sandboxUrl;
  if (place === undefined || (proxy === 'sandbox' && !isLoopback(place))) return undefined;
  const { hostname, port } = new URL(place);
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  return { options: { host, port, path: url, lookup: createLookup() }, headers: { ...headers, host: API_HOST } };
}

/** By its number: a name could be led elsewhere. */
function isLoopback(url: string): boolean {
  return /^http:\/\/(?:127\.0\.0\.1|\[::1\]):[0-9]{1,5}\/?$/.test(url) && URL.canParse(url);
}
