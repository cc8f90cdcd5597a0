import type { Call } from '../router.ts';
import { jsonRefusal } from './refusal.ts';

/** The text that came: signatures are over its bytes. */
export async function readBody({ body }: Call): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body()) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

/** The operation of a request of the JSON protocol, and its members: strings, all of them known. */
export function readCall(
  { request }: Call,
  body: string,
  prefix: string,
  operations: Readonly<Record<string, readonly string[]>>,
): { readonly operation: string; readonly fields: Readonly<Record<string, string>> } {
  const { headers } = request;
  const [service, operation = ''] = (headers.get('x-amz-target') ?? '').split('.');
  const known = service === prefix && Object.hasOwn(operations, operation) ? operations[operation] : undefined;
  // What is not of this protocol has no operation for the service.
  if (!known || headers.get('content-type') !== 'application/x-amz-json-1.1') {
    throw jsonRefusal(
      400,
      'UnknownOperationException',
      `No operation ${operation} for ${String(headers.get('content-type'))}`,
    );
  }
  const fields = parse(body);
  const wrong = Object.entries(fields).find(([name, value]) => !known.includes(name) || typeof value !== 'string');
  const missing = known.find((name) => !Object.hasOwn(fields, name));
  if (wrong ?? missing) throw jsonRefusal(400, 'ValidationException', `Member ${wrong?.[0] ?? missing ?? ''} is wrong`);
  return { operation, fields };
}

function parse(body: string): Record<string, string> {
  try {
    return { ...(JSON.parse(body) as Record<string, string>) };
  } catch {
    throw jsonRefusal(400, 'SerializationException', 'The body is no JSON');
  }
}
