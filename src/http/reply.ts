import type { SendResponse } from '../platform/types.ts';
import { parseJson } from './body.ts';
import type { HttpReply } from './types.ts';

/**
 * The body is parsed where it is looked at: nobody reads what thousands of uploads are answered. A class, because V8 gives
 * every object literal that has a getter a shape of its own, which holds what the getter sees until all of the heap is
 * cleaned: of each page of a list its text, and all that was in it.
 */
export class Reply implements HttpReply {
  readonly status: number;
  readonly headers: HttpReply['headers'];
  readonly text: string;
  readonly bytes?: Uint8Array;
  #parsed: { readonly value: unknown } | undefined;

  constructor({ status, headers }: Pick<SendResponse, 'status' | 'headers'>, body: string | Uint8Array) {
    this.status = status;
    this.headers = headers;
    this.text = typeof body === 'string' ? body : '';
    if (typeof body !== 'string') this.bytes = body;
  }

  get body(): unknown {
    this.#parsed ??= { value: parseJson(this.text) };
    return this.#parsed.value;
  }
}
