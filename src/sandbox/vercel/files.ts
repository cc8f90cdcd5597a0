import { createHash } from 'node:crypto';
import type { Asked } from '../asked.ts';
import { apiRefusal, json, rateLimited, type Reply } from '../reply.ts';
import type { Call } from '../router.ts';
import { authorize, requireTeam } from './auth.ts';
import { storedFile } from './contents.ts';
import type { State } from './state.ts';

const SHA1 = /^[0-9a-f]{40}$/;
const LOCKOUT_SECONDS = 24 * 3600;

/** Takes the bytes of one file; what the headers say must be what came. */
export async function uploadFile(state: State, call: Call): Promise<Reply> {
  requireTeam(authorize(state, call), call);
  const { headers } = call.request;
  const sha = readDigest(headers);
  const length = readCount(headers, 'content-length');
  if (length === undefined) throw apiRefusal(400, 'bad_request', 'Missing required header Content-Length');
  const said = readCount(headers, 'x-now-size');
  const limit = state.options.limits?.uploads;
  state.uploads += 1;
  if (limit !== undefined && state.uploads > limit) {
    return rateLimited(LOCKOUT_SECONDS, 'api-upload-free', limit, state.now());
  }
  const slot = state.files.has(sha) ? undefined : state.contents.reserve(length);
  const { size, digest } = await receive(call, slot?.put);
  if (size !== length) throw mismatch('Content-Length', String(length), `${String(size)} bytes`);
  if (said !== undefined && size !== said) throw mismatch('x-now-size', String(said), `${String(size)} bytes`);
  if (digest !== sha) throw mismatch('the digest', sha, `a body with SHA-1 ${digest}`);
  if (!state.files.has(sha)) state.files.set(sha, storedFile(sha, size, slot));
  return json(200, { urls: [] });
}

function readDigest(headers: Asked['headers']): string {
  const given = ['x-vercel-digest', 'x-now-digest'].flatMap((name) => headers.get(name) ?? []);
  const [sha] = given;
  if (sha === undefined)
    throw apiRefusal(400, 'bad_request', 'Missing required header x-vercel-digest or x-now-digest');
  if (given.some((other) => other !== sha)) {
    throw apiRefusal(400, 'bad_request', 'x-vercel-digest and x-now-digest disagree');
  }
  if (!SHA1.test(sha)) throw apiRefusal(400, 'bad_request', `The digest must be SHA-1 in lower-case hex, got "${sha}"`);
  return sha;
}

function readCount(headers: Asked['headers'], name: string): number | undefined {
  const text = headers.get(name);
  if (text === null) return undefined;
  if (!/^\d+$/.test(text)) throw apiRefusal(400, 'bad_request', `${name} must be a number of bytes, got "${text}"`);
  return Number(text);
}

async function receive(
  { body }: Call,
  put?: (chunk: Uint8Array, offset: number) => void,
): Promise<{ readonly size: number; readonly digest: string }> {
  const hash = createHash('sha1');
  let size = 0;
  for await (const chunk of body()) {
    hash.update(chunk);
    put?.(chunk, size);
    size += chunk.byteLength;
  }
  return { size, digest: hash.digest('hex') };
}

function mismatch(header: string, said: string, got: string): Error {
  return apiRefusal(400, 'bad_request', `Upload rejected: ${header} says ${said}, got ${got}`);
}
