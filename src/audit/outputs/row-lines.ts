export const NEWLINE = 10;
export const TAB = 9;

/** A row's line in a work file: what it is sorted by, and its text, as bytes because most of them are only copied. */
export interface RowLine {
  readonly key: string;
  readonly text: Uint8Array;
}

/** Equal keys are told apart by the text, so that the same rows come in the same order always. */
export function isBefore(a: RowLine, b: RowLine): boolean {
  if (a.key !== b.key) return a.key < b.key;
  return Buffer.compare(a.text, b.text) < 0;
}

/** Pieces of a file, cut where lines end. */
export class WholeLines {
  #rest: Uint8Array[] = [];

  /** All that came up to the last line end; undefined where none has come. */
  take(piece: Uint8Array): Buffer | undefined {
    const end = piece.lastIndexOf(NEWLINE) + 1;
    if (end === 0) {
      this.#rest.push(piece);
      return undefined;
    }
    const whole = piece.subarray(0, end);
    const lines = this.#rest.length > 0 ? Buffer.concat([...this.#rest, whole]) : whole;
    this.#rest = end < piece.byteLength ? [piece.subarray(end)] : [];
    return Buffer.from(lines.buffer, lines.byteOffset, lines.byteLength);
  }

  /** What no line end has followed. */
  rest(): Buffer {
    return Buffer.concat(this.#rest);
  }
}

/** Lines of a work file, as many at a time as a piece of it holds; each is made where it is asked for. */
export async function* readRowLines(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Iterable<RowLine>, undefined> {
  const whole = new WholeLines();
  for await (const piece of pieces) {
    const bytes = whole.take(piece);
    if (bytes) yield cutLines(bytes);
  }
}

function* cutLines(bytes: Buffer): Generator<RowLine> {
  for (let from = 0; from < bytes.length;) {
    const [end, tab] = [bytes.indexOf(NEWLINE, from), bytes.indexOf(TAB, from)];
    yield { key: bytes.toString('utf8', from, tab), text: bytes.subarray(tab + 1, end) };
    from = end + 1;
  }
}
