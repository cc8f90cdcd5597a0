import type { IncomingMessage } from 'node:http';

/**
 * The bytes of an answer, as they are asked for. Node's own iterator of a stream does the same, at more than the cost
 * of a small answer; of thousands of uploads each has one.
 */
export class ResponseBody implements AsyncIterableIterator<Uint8Array> {
  readonly #incoming: IncomingMessage;
  readonly #toFault: (error: unknown) => Error;
  #wake: (() => void) | undefined;
  #ended = false;
  #fault: Error | undefined;

  /** @param onEnd is called when the last byte has come. */
  constructor(incoming: IncomingMessage, toFault: (error: unknown) => Error, onEnd: () => void) {
    this.#incoming = incoming;
    this.#toFault = toFault;
    incoming.on('readable', this.#stir);
    incoming.once('end', () => {
      this.#ended = true;
      onEnd();
      this.#stir();
    });
    incoming.once('error', (error) => this.#fail(error));
    incoming.once('close', () => {
      // An error is dear to make, and most answers end well.
      if (!this.#ended) this.#fail(new Error('the answer broke off'));
    });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<Uint8Array, undefined>> {
    for (;;) {
      if (this.#fault) throw this.#fault;
      const chunk = this.#incoming.read() as Uint8Array | null;
      if (chunk !== null) return { done: false, value: chunk };
      if (this.#ended) return { done: true, value: undefined };
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Nobody reads on: the connection is given up, because what is still on it belongs to this answer. */
  return(): Promise<IteratorResult<Uint8Array, undefined>> {
    if (!this.#ended) this.#incoming.destroy();
    return Promise.resolve({ done: true, value: undefined });
  }

  #fail(error: unknown): void {
    if (this.#ended) return;
    this.#fault ??= this.#toFault(error);
    this.#stir();
  }

  readonly #stir = (): void => {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  };
}
