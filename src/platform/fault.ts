import { PipeError } from '../errors.ts';
import type { NetworkFault } from './types.ts';

export class Fault extends Error implements NetworkFault {
  override readonly name = 'NetworkFault';
  readonly detail: string;
  readonly proxyStatus: number | undefined;

  constructor(detail: string, proxyStatus?: number) {
    super(`no answer: ${detail}`);
    this.detail = detail;
    this.proxyStatus = proxyStatus;
  }
}

/** A stop or a deadline keeps its own reason, and so does a body's source; the rest becomes a fault with the system's code alone. */
export function toFault(error: unknown, signal: AbortSignal | undefined): Error {
  if (signal?.aborted) return signal.reason as Error;
  if (error instanceof PipeError || error instanceof Fault) return error;
  const { code, message, statusCode } = error as NodeJS.ErrnoException & { readonly statusCode?: number };
  if (code !== 'ERR_PROXY_TUNNEL' || statusCode === undefined) return new Fault(code ?? message);
  return new Fault(`${code} with status ${String(statusCode)}`, statusCode);
}
