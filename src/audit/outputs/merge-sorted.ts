const BATCH = 64;

interface Cursor<Line> {
  readonly source: AsyncIterator<readonly Line[]>;
  lines: readonly Line[];
  at: number;
  line: Line;
}

type IsBefore<Line> = (a: Line, b: Line) => boolean;

/** Sorted lines of several sources as one sorted list. Equal lines come in the order of the sources' own. */
export async function* mergeSorted<Line>(
  sources: readonly AsyncIterable<readonly Line[]>[],
  isBefore: IsBefore<Line>,
): AsyncGenerator<readonly Line[], undefined> {
  const heap: Cursor<Line>[] = [];
  try {
    for (const source of sources) {
      const cursor = await begin(source[Symbol.asyncIterator]());
      if (cursor) heap.push(cursor);
    }
    for (let index = heap.length >> 1; index >= 0; index -= 1) sink(heap, index, isBefore);
    let batch: Line[] = [];
    for (let top = heap[0]; top; top = heap[0]) {
      if (batch.push(top.line) === BATCH) {
        yield batch;
        batch = [];
      }
      if (!(await advanceQuickly(top))) {
        const last = heap.pop();
        if (last && last !== top) heap[0] = last;
      }
      sink(heap, 0, isBefore);
    }
    if (batch.length > 0) yield batch;
  } finally {
    // Whoever stops reading leaves no file open.
    for (const { source } of heap) await source.return?.();
  }
}

async function begin<Line>(source: AsyncIterator<readonly Line[]>): Promise<Cursor<Line> | undefined> {
  const lines = await readSome(source);
  const [line] = lines;
  if (line !== undefined) return { source, lines, at: 0, line };
  await source.return?.();
  return undefined;
}

function advanceQuickly<Line>(cursor: Cursor<Line>): boolean | Promise<boolean> {
  const line = cursor.lines[cursor.at + 1];
  if (line === undefined) return advance(cursor);
  cursor.at += 1;
  cursor.line = line;
  return true;
}

async function advance<Line>(cursor: Cursor<Line>): Promise<boolean> {
  cursor.lines = await readSome(cursor.source);
  cursor.at = -1;
  return cursor.lines.length > 0 && advanceQuickly(cursor);
}

/** Empty at the end alone. */
async function readSome<Line>(source: AsyncIterator<readonly Line[]>): Promise<readonly Line[]> {
  for (;;) {
    const next = await source.next();
    if (next.done === true) return [];
    if (next.value.length > 0) return next.value;
  }
}

/** Moves a cursor down until none below it has an earlier line. */
function sink<Line>(heap: Cursor<Line>[], from: number, isBefore: IsBefore<Line>): void {
  const moved = heap[from];
  if (!moved) return;
  let index = from;
  for (;;) {
    const left = 2 * index + 1;
    const [a, b] = [heap[left], heap[left + 1]];
    const [least, at] = a && b && isBefore(b.line, a.line) ? [b, left + 1] : [a, left];
    if (!least || !isBefore(least.line, moved.line)) break;
    heap[index] = least;
    index = at;
  }
  heap[index] = moved;
}
