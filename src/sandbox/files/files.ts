import { randomBytes } from 'node:crypto';
import { json, Refusal, type Reply } from '../reply.ts';
import type { Call, Route } from '../router.ts';

export interface StoredFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

export interface FilesSandbox {
  /** The folder, with its trailing slash. */
  readonly url: string;
  /** Whoever has it may read and write. */
  readonly token: string;
  /** Whoever has it may read. */
  readonly readToken: string;
  readonly files: readonly StoredFile[];
}

/** A file server that takes `PUT`, and writes once where it is asked to (RFC 9110 §13.1.2). */
export function createFiles(origin: string): { readonly files: FilesSandbox; readonly routes: readonly Route[] } {
  const token = `files_${randomBytes(24).toString('base64url')}`;
  const readToken = `files_${randomBytes(24).toString('base64url')}`;
  const stored: StoredFile[] = [];
  const indexOf = ({ url }: Call): number => stored.findIndex(({ path }) => path === url.pathname);

  async function put(call: Call): Promise<Reply> {
    const bytes = Buffer.concat(await Array.fromAsync(call.body()));
    enter(call, [token], [token, readToken]);
    const { headers } = call.request;
    if (headers.get('content-type') !== 'application/json') throw refuse(415, 'Records are application/json.');
    const index = indexOf(call);
    const condition = headers.get('if-none-match');
    if (condition !== null && condition !== '*') throw refuse(400, 'If-None-Match takes * here.');
    if (index >= 0 && condition === '*') throw refuse(412, 'There is a file of this name.');
    if (index >= 0) stored.splice(index, 1);
    stored.push({ path: call.url.pathname, bytes });
    return { status: index >= 0 ? 204 : 201, headers: {}, body: undefined };
  }

  function get(call: Call): Reply {
    enter(call, [token, readToken], [token, readToken]);
    const found = stored[indexOf(call)];
    if (!found) throw refuse(404, 'There is no such file.');
    return { status: 200, headers: { 'content-type': 'application/json' }, body: found.bytes };
  }

  const shared = { path: '/records/*name', origins: [origin], query: [] };
  return {
    files: { url: `${origin}/records/`, token, readToken, files: stored },
    routes: [
      { ...shared, method: 'PUT', handle: put },
      { ...shared, method: 'GET', handle: get },
    ],
  };
}

function enter({ request }: Call, allowed: readonly string[], known: readonly string[]): void {
  const bearer = /^Bearer (\S+)$/.exec(request.headers.get('authorization') ?? '')?.[1] ?? '';
  if (!known.includes(bearer)) throw refuse(401, 'Who are you?');
  if (!allowed.includes(bearer)) throw refuse(403, 'You may only read here.');
}

function refuse(status: number, message: string): Refusal {
  return new Refusal(json(status, { error: { code: 'refused', message } }), message);
}
