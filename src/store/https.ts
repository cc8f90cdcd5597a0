import { PipeError } from '../errors.ts';
import { describeReply, isWebPage, type HttpReply } from '../http/index.ts';
import type { Secret } from '../secret.ts';
import { objectToAddress } from './address.ts';
import { MAX_ANSWER_BYTES } from './home.ts';
import type { Opened, StoreDeps } from './open.ts';

const LIMITS = { timeoutMs: 60_000, maxWaitMs: 60_000 };
const STORED = [200, 201, 204];
const SERVICE = 'The record store';

/**
 * Any server that takes `PUT` of a file (WebDAV, a proxy before a bucket, an own service). `If-None-Match: *` (RFC 9110
 * §13.1.2) asks it to write once; a server that does not know the header replaces what is there, which no client can
 * prevent.
 */
export function openHttps(url: string, token: Secret | undefined, { http }: StoreDeps): Opened {
  const objection = objectToAddress(url) ?? (url.endsWith('/') ? undefined : 'does not end with a slash');
  if (objection !== undefined) return { faults: [`the address of the store ${objection}`] };
  const ask = { service: SERVICE, bearer: token, ...LIMITS };
  return {
    name: url,
    place: (name) => `${url}${name}`,
    async send(name, bytes, signal) {
      const reply = await http.request({
        ...{ ...ask, method: 'PUT', url: `${url}${name}`, signal, maxBytes: MAX_ANSWER_BYTES },
        headers: { 'if-none-match': '*' },
        content: { type: 'application/json', bytes },
      });
      // A server that makes a file answers 201; a page with 200 comes from something else on the way.
      if (STORED.includes(reply.status) && !(reply.status === 200 && isWebPage(reply))) return 'stored';
      if (reply.status === 412) return 'taken';
      throw refused('PUT', reply, 'status 200, 201 or 204', token);
    },
    async fetch(name, maxBytes, signal) {
      const reply = await http.request({
        ...{ ...ask, method: 'GET', url: `${url}${name}`, signal, maxBytes: maxBytes + MAX_ANSWER_BYTES },
        headers: { accept: '*/*' },
        binary: true,
      });
      if (reply.status === 200) return reply.bytes ?? new Uint8Array();
      if (reply.status === 404 || reply.status === 410) return undefined;
      throw refused('GET', reply, 'status 200 or 404', token);
    },
  };
}

function refused(method: 'PUT' | 'GET', reply: HttpReply, wanted: string, token: Secret | undefined): PipeError {
  return new PipeError({
    code: 'RECORD_NOT_STORED',
    message: `the server did not take ${method}.`,
    got: describeReply(reply),
    wanted,
    fix: advise(method, reply.status, token),
  });
}

function advise(method: 'PUT' | 'GET', status: number, token: Secret | undefined): string {
  if (status === 200) return 'Look for a proxy or a sign-in page between this step and the server.';
  if (status === 401) {
    return token ? 'Renew RECORD_STORE_TOKEN: the server does not know it.' : 'Set RECORD_STORE_TOKEN.';
  }
  if (status === 403) return `Allow the owner of RECORD_STORE_TOKEN ${method} in this folder.`;
  if (status === 404 || status === 409) return 'Create the folder on the server, or correct its address.';
  if (status === 405 || status === 501) return `Allow ${method} (with If-None-Match) on the server for this folder.`;
  if (status === 413) return "Raise the server's limit for a body: a record has up to a few MiB.";
  if (status === 507) return 'Free space on the server.';
  if (status === 429 || status >= 500) return 'The server is busy or broken: run the step again later.';
  return "Look into the server's own log for this request.";
}
