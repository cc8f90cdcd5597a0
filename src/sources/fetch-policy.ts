import { PipeError } from '../errors.ts';
import { describeReply, type HttpClient } from '../http/index.ts';

const LIMITS = { timeoutMs: 15_000, attempts: 3, maxWaitMs: 30_000 };

/** The file at an address, without redirects, in bounded time. Who may have written it is judged by digest or signature. */
export async function fetchPolicy(
  http: HttpClient,
  url: string,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const headers = { accept: 'application/yaml, application/jose, text/plain, */*' };
  const asked = { service: 'The policy', method: 'GET', url, headers } as const;
  // As they are: a text has lost its byte order mark, and with it the digest that `POLICY` names.
  const reply = await http.request({ ...asked, binary: true, maxBytes, signal, ...LIMITS });
  if (reply.status === 200) return reply.bytes ?? new Uint8Array();
  throw new PipeError({
    code: 'SERVICE_FAILED',
    message: 'The policy could not be read from its address.',
    got: `${describeReply(reply)} from ${tellAddress(url)}`,
    wanted: 'status 200 and the file',
    fix: 'Check POLICY, and that the address needs no login: the step sends it none. Then run the step again.',
  });
}

/** The address without its query, which may hold what gives access. */
export function tellAddress(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}
