import { Secret } from '../secret.ts';
import type { BasicClient } from './types.ts';

/** RFC 6749 §2.3.1: both parts are form-encoded first, so that a colon in the id or any letter of the secret survives. */
export function basicAuthorization({ id, secret }: BasicClient): string {
  const pair = `${formEncode(id)}:${formEncode(secret.reveal())}`;
  // A secret of its own: a server that sends the header back must not have it printed.
  return `Basic ${new Secret(Buffer.from(pair).toString('base64')).reveal()}`;
}

function formEncode(text: string): string {
  return new URLSearchParams({ '': text }).toString().slice(1);
}
