import { PipeError } from '../errors.ts';
import type { Network, NetworkFault, SendResponse } from '../platform/types.ts';
import { Secret } from '../secret.ts';
import type { HttpRequest } from './types.ts';

interface Written {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | undefined;
}

/** The body of a request as bytes, and the headers that tell of it. */
export function withBody({ json, form, content }: HttpRequest, headers: Readonly<Record<string, string>>): Written {
  if (json !== undefined) return written(headers, 'application/json', encode(JSON.stringify(json)));
  if (form) return written(headers, 'application/x-www-form-urlencoded', encode(formText(form)));
  if (content) return written(headers, content.type, content.bytes);
  return { headers, body: undefined };
}

function written(headers: Readonly<Record<string, string>>, type: string, body: Uint8Array): Written {
  // A type that the caller names is part of what it signs.
  return { headers: { 'content-type': type, ...headers, 'content-length': String(body.byteLength) }, body };
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function formText(form: NonNullable<HttpRequest['form']>): string {
  const body = new URLSearchParams();
  for (const [name, value] of Object.entries(form)) {
    if (value !== undefined) body.set(name, value instanceof Secret ? value.reveal() : value);
  }
  return body.toString();
}

/** A redirect is an error: a bearer token goes to the host it was meant for or nowhere. */
export async function refuseRedirect(
  { status, headers, body }: SendResponse,
  { service, url }: Pick<HttpRequest, 'service' | 'url'>,
): Promise<void> {
  if (status < 300 || status >= 400 || status === 304) return;
  await body[Symbol.asyncIterator]().return?.();
  throw new PipeError({
    code: 'SERVICE_FAILED',
    message: `${service} answered with a redirect, and none is ever followed.`,
    got: `status ${String(status)}, location ${locationHost(headers['location'], url)}`,
    wanted: 'an answer from the host that was asked',
    fix: 'Check the address that was configured, and any proxy on the way.',
  });
}

function locationHost(location: string | undefined, url: string): string {
  if (location === undefined) return 'none';
  return URL.canParse(location, url) ? new URL(location, url).host : 'that is no address';
}

/** No answer, or none but the proxy's: where there is one, only it was asked, and the service may be well. */
export function unreachable(
  request: Pick<HttpRequest, 'service' | 'method' | 'url'>,
  { detail, proxyStatus }: NetworkFault,
  { httpsProxy }: Pick<Network, 'httpsProxy'>,
): PipeError {
  if (proxyStatus === 407) return loginWanted(request, httpsProxy);
  const { service, method, url } = request;
  const { protocol, host, pathname } = new URL(url);
  const proxy = protocol === 'https:' ? httpsProxy : undefined;
  return new PipeError({
    code: 'NETWORK',
    message: `${service} could not be reached.`,
    got: `${detail} for ${method} ${host}${pathname}${proxy === undefined ? '' : `, ${tellProxy(proxy)}`}`,
    wanted: 'an answer',
    fix:
      proxy === undefined
        ? `Check that this step may reach ${host}; behind a proxy set HTTPS_PROXY. Then run the step again.`
        : `Check that address, and that this proxy lets the step reach ${host}. Then run the step again.`,
  });
}

function tellProxy(proxy: string): string {
  return `through the proxy ${proxy} (HTTPS_PROXY)`;
}

/** Between here and the service: a refusal of the way, which says nothing about the step, its token or the service. */
export async function refuseProxyLogin(
  { status, body }: SendResponse,
  request: Pick<HttpRequest, 'service' | 'url'>,
): Promise<void> {
  if (status !== 407) return;
  await body[Symbol.asyncIterator]().return?.();
  throw loginWanted(request, undefined);
}

function loginWanted({ service, url }: Pick<HttpRequest, 'service' | 'url'>, proxy: string | undefined): PipeError {
  return new PipeError({
    code: 'NETWORK',
    message: `A proxy on the way to ${service} wants a login first.`,
    got: `status 407 for ${new URL(url).host}${proxy === undefined ? '' : `, ${tellProxy(proxy)}`}`,
    wanted: 'an answer from the host that was asked',
    fix: 'Set HTTPS_PROXY, as a secured variable, with the user and the password of the proxy (http://user:password@host:port), or let this step reach the host without it.',
  });
}
