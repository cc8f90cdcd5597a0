import { Refusal } from '../reply.ts';
import type { Protocol } from './refusal.ts';

/** Error of S3: XML, with what the error is about beside its code and message. */
export function s3Refusal(
  status: number,
  code: string,
  message: string,
  more: Readonly<Record<string, string>> = {},
  headers: Readonly<Record<string, string>> = {},
): Refusal {
  const members = { Code: code, Message: message, ...more, RequestId: 'SANDBOX0000000000', HostId: 'sandbox' };
  const lines = Object.entries(members).map(([name, value]) => `<${name}>${escape(value)}</${name}>`);
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error>${lines.join('')}</Error>`;
  return new Refusal({ status, headers: { 'content-type': 'application/xml', ...headers }, body }, message);
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

export const S3: Pick<Protocol, 'refuse' | 'denied'> = {
  refuse: (status, code, message) => s3Refusal(status, code, message),
  denied: [403, 'AccessDenied'],
};
