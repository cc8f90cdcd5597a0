import type { Asked } from './asked.ts';
import { apiRefusal, oauthRefusal } from './reply.ts';

const MAX_JSON_BYTES = 16 * 1024 * 1024;
const MAX_FORM_BYTES = 64 * 1024;

export type Body = () => AsyncIterable<Uint8Array>;

/** The whole body; undefined past `maxBytes`. */
export async function collect(body: Body, maxBytes: number): Promise<Buffer | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body()) {
    size += chunk.byteLength;
    // Read on to the end: leaving early would break the connection before the refusal is sent.
    if (size <= maxBytes) chunks.push(chunk);
  }
  return size <= maxBytes ? Buffer.concat(chunks) : undefined;
}

/** A JSON object, or the refusal that says why it is none. */
export async function readJsonObject(request: Asked, body: Body): Promise<Record<string, unknown>> {
  const type = request.headers.get('content-type') ?? '';
  if (!/^application\/json(?:;\s*charset=utf-8)?$/i.test(type)) {
    throw apiRefusal(400, 'bad_request', `Content-Type must be application/json, got "${type}".`);
  }
  const bytes = await collect(body, MAX_JSON_BYTES);
  if (!bytes) throw apiRefusal(413, 'body_too_large', `The body is larger than ${String(MAX_JSON_BYTES)} bytes.`);
  const value = parse(bytes.toString('utf8'));
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw apiRefusal(400, 'bad_request', 'Invalid JSON: the body must be one JSON object.');
  }
  return value as Record<string, unknown>;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export interface FormRules {
  readonly required: readonly string[];
  readonly optional: readonly string[];
}

/** The form's fields: each named in the rules, sent once and not empty (RFC 6749 §3.2). */
export async function readForm(request: Asked, body: Body, rules: FormRules): Promise<Record<string, string>> {
  const type = request.headers.get('content-type') ?? '';
  if (!/^application\/x-www-form-urlencoded(?:;\s*charset=utf-8)?$/i.test(type)) {
    throw oauthRefusal(
      400,
      'invalid_request',
      `Content-Type must be application/x-www-form-urlencoded, got "${type}".`,
    );
  }
  if (request.headers.get('authorization') !== null) {
    throw oauthRefusal(400, 'invalid_request', 'A public client sends no Authorization header to this endpoint.');
  }
  const bytes = await collect(body, MAX_FORM_BYTES);
  if (!bytes) throw oauthRefusal(413, 'invalid_request', 'The form is too large.');
  const fields: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(bytes.toString('utf8'))) {
    if (Object.hasOwn(fields, name)) throw oauthRefusal(400, 'invalid_request', `Field ${name} is sent twice.`);
    if (![...rules.required, ...rules.optional].includes(name)) {
      throw oauthRefusal(400, 'invalid_request', `Unknown field ${name}.`);
    }
    if (value === '') throw oauthRefusal(400, 'invalid_request', `Field ${name} is empty.`);
    fields[name] = value;
  }
  const missing = rules.required.filter((name) => !Object.hasOwn(fields, name));
  if (missing.length > 0) throw oauthRefusal(400, 'invalid_request', `Missing field: ${missing.join(', ')}.`);
  return fields;
}
