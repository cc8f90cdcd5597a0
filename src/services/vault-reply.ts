import { asRecord } from '../fields.ts';
import { cleanText, type HttpReply } from '../http/index.ts';

/** Vault's own words: `{"errors": […]}`; of a 404 perhaps only `warnings`. */
export function vaultSays({ body }: Pick<HttpReply, 'body'>): string {
  const { errors, warnings } = asRecord(body);
  const texts = [errors, warnings].find((list): list is unknown[] => Array.isArray(list) && list.length > 0) ?? [];
  return cleanText(texts.filter((text) => typeof text === 'string').join('; ')).trim();
}

/** Vault names a request in the body alone; as a header, where other services have it. */
export function requestNamed(body: unknown): { readonly headers: Readonly<Record<string, string>> } {
  const { request_id: id } = asRecord(body);
  return { headers: typeof id === 'string' ? { 'x-request-id': id } : {} };
}
