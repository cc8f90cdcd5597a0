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

/** Lines of a work file, as many at a time as a piece of it holds. */
export async function* readRowLines(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<readonly RowLine[], undefined> {
  let rest: Uint8Array | undefined;
  for await (const piece of pieces) {
    const bytes = rest ? Buffer.concat([rest, piece]) : Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
    const lines: RowLine[] = [];
    let from = 0;
    for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, from)) {
      const tab = bytes.indexOf(TAB, from);
      lines.push({ key: bytes.toString('utf8', from, tab), text: bytes.subarray(tab + 1, end) });
      from = end + 1;
    }
    rest = from < bytes.length ? bytes.subarray(from) : undefined;
    yield lines;
  }
}
