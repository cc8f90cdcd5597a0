import type { AuditClass } from './classes.ts';
import type { RowFileLine } from './outputs/index.ts';

const [NEWLINE, TAB] = [10, 9];
const FIRST = 256 * 1024;

export interface Reply<H> {
  readonly head: H;
  /** Their texts are parts of the bytes. */
  readonly rows: Iterable<RowFileLine>;
}

/**
 * A line of JSON, and a line for each row: class, key and text, which have neither tab nor line end in them. As bytes,
 * because as a text of some hundred kilobytes it would stay in V8's old space until that is cleaned.
 */
export class ReplyWriter {
  #bytes = Buffer.alloc(0);
  #used = 0;

  /** A reply of its own; what is written into stays for the next one. */
  write(head: object, rows: Iterable<RowFileLine & { readonly text: string }> = []): Uint8Array<ArrayBuffer> {
    this.#used = 0;
    this.#add(JSON.stringify(head));
    for (const { class: name, key, text } of rows) this.#add(`${name}\t${key}\t${text}`);
    return new Uint8Array(this.#bytes.subarray(0, this.#used));
  }

  #add(line: string): void {
    // At most three bytes for each of its units, and one for its end.
    const most = this.#used + line.length * 3 + 1;
    if (most > this.#bytes.length) this.#grow(most);
    this.#used += this.#bytes.write(line, this.#used);
    this.#used = this.#bytes.writeUInt8(NEWLINE, this.#used);
  }

  #grow(most: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(most, 2 * this.#bytes.length, FIRST));
    this.#bytes.copy(larger, 0, 0, this.#used);
    this.#bytes = larger;
  }
}

export function readReply<H>(reply: Uint8Array): Reply<H> {
  const bytes = Buffer.from(reply.buffer, reply.byteOffset, reply.byteLength);
  const end = bytes.indexOf(NEWLINE);
  return { head: JSON.parse(bytes.toString('utf8', 0, end)) as H, rows: readRows(bytes, end + 1) };
}

function* readRows(bytes: Buffer, first: number): Generator<RowFileLine> {
  for (let start = first; start < bytes.length;) {
    const [end, name] = [bytes.indexOf(NEWLINE, start), bytes.indexOf(TAB, start)];
    const key = bytes.indexOf(TAB, name + 1);
    yield {
      class: bytes.toString('latin1', start, name) as AuditClass,
      key: bytes.toString('utf8', name + 1, key),
      text: bytes.subarray(key + 1, end),
    };
    start = end + 1;
  }
}
