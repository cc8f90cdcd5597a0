const BATCH = 256;

interface Cursor {
  readonly source: AsyncIterator<readonly string[]>;
  lines: readonly string[];
  at: number;
  line: string;
}

/** Sorted lines of several sources as one sorted list. Equal lines come in the order of the sources' own. */
export async function* mergeSorted(
  sources: readonly AsyncIterable<readonly string[]>[],
): AsyncGenerator<readonly string[], undefined> {
  const heap: Cursor[] = [];
  try {
    for (const source of sources) {
      const cursor: Cursor = { source: source[Symbol.asyncIterator](), lines: [], at: -1, line: '' };
      if (await advance(cursor)) heap.push(cursor);
      else await cursor.source.return?.();
    }
    for (let index = heap.length >> 1; index >= 0; index -= 1) sink(heap, index);
    let batch: string[] = [];
    for (let top = heap[0]; top; top = heap[0]) {
      if (batch.push(top.line) === BATCH) {
        yield batch;
        batch = [];
      }
      if (!(await advanceQuickly(top))) {
        const last = heap.pop();
        if (last && last !== top) heap[0] = last;
      }
      sink(heap, 0);
    }
    if (batch.length > 0) yield batch;
  } finally {
    // Whoever stops reading leaves no file open.
    for (const { source } of heap) await source.return?.();
  }
}

function advanceQuickly(cursor: Cursor): boolean | Promise<boolean> {
  const line = cursor.lines[cursor.at + 1];
  if (line === undefined) return advance(cursor);
  cursor.at += 1;
  cursor.line = line;
  return true;
}

async function advance(cursor: Cursor): Promise<boolean> {
  for (;;) {
    const next = await cursor.source.next();
    if (next.done === true) return false;
    const [line] = next.value;
    if (line === undefined) continue;
    Object.assign(cursor, { lines: next.value, at: 0, line });
    return true;
  }
}

/** Moves a cursor down until none below it has an earlier line. */
function sink(heap: Cursor[], from: number): void {
  const moved = heap[from];
  if (!moved) return;
  let index = from;
  for (;;) {
    const left = 2 * index + 1;
    const [a, b] = [heap[left], heap[left + 1]];
    const [least, at] = a && b && b.line < a.line ? [b, left + 1] : [a, left];
    if (!least || least.line >= moved.line) break;
    heap[index] = least;
    index = at;
  }
  heap[index] = moved;
}
