import { createHash } from 'node:crypto';
import { apiRefusal, json, rateLimited } from '../reply.ts';
import type { Call } from '../router.ts';
import { authorize, requireTeam } from './auth.ts';
import type { State } from './state.ts';

const SHA1 = /^[0-9a-f]{40}$/;
/** Larger contents are hashed and counted, and let go: memory must not follow the test's data. */
const MAX_KEPT_BYTES = 8 * 1024 * 1024;
const LOCKOUT_SECONDS = 24 * 3600;

/** Takes the bytes of one file; what the headers say must be what came. */
export async function uploadFile(state: State, call: Call): Promise<Response> {
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
  const { bytes, size, digest } = await receive(call);
  if (size !== length) throw mismatch('Content-Length', String(length), `${String(size)} bytes`);
  if (said !== undefined && size !== said) throw mismatch('x-now-size', String(said), `${String(size)} bytes`);
  if (digest !== sha) throw mismatch('the digest', sha, `a body with SHA-1 ${digest}`);
  state.files.set(sha, { sha, size, bytes });
  return json(200, { urls: [] });
}

function readDigest(headers: Headers): string {
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

function readCount(headers: Headers, name: string): number | undefined {
  const text = headers.get(name);
  if (text === null) return undefined;
  if (!/^\d+$/.test(text)) throw apiRefusal(400, 'bad_request', `${name} must be a number of bytes, got "${text}"`);
  return Number(text);
}

async function receive({ body }: Call): Promise<{ bytes: Uint8Array | undefined; size: number; digest: string }> {
  const hash = createHash('sha1');
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body()) {
    hash.update(chunk);
    size += chunk.byteLength;
    if (size > MAX_KEPT_BYTES) chunks.length = 0;
    else chunks.push(chunk);
  }
  const bytes = size > MAX_KEPT_BYTES ? undefined : new Uint8Array(Buffer.concat(chunks));
  return { bytes, size, digest: hash.digest('hex') };
}

function mismatch(header: string, said: string, got: string): Error {
  return apiRefusal(400, 'bad_request', `Upload rejected: ${header} says ${said}, got ${got}`);
}
