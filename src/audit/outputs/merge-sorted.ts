/** Few, so that they are gone before V8 cleans up twice: what outlives that is moved about. */
const BATCH = 16;

interface Cursor<Line> {
  readonly source: AsyncIterator<Iterable<Line>>;
  /** Made one by one where the source does so. */
  lines: Iterator<Line, unknown>;
  line: Line;
}

type IsBefore<Line> = (a: Line, b: Line) => boolean;

/** Sorted lines of several sources as one sorted list. Equal lines come in the order of the sources' own. */
export async function* mergeSorted<Line>(
  sources: readonly AsyncIterable<Iterable<Line>>[],
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

async function begin<Line>(source: AsyncIterator<Iterable<Line>>): Promise<Cursor<Line> | undefined> {
  const first = await readSome(source);
  if (first) return { source, ...first };
  await source.return?.();
  return undefined;
}

function advanceQuickly<Line>(cursor: Cursor<Line>): boolean | Promise<boolean> {
  const next = cursor.lines.next();
  if (next.done === true) return advance(cursor);
  cursor.line = next.value;
  return true;
}

async function advance<Line>(cursor: Cursor<Line>): Promise<boolean> {
  const next = await readSome(cursor.source);
  if (!next) return false;
  [cursor.lines, cursor.line] = [next.lines, next.line];
  return true;
}

/** The next lines, with the first of them; undefined at the end. */
async function readSome<Line>(
  source: AsyncIterator<Iterable<Line>>,
): Promise<Pick<Cursor<Line>, 'lines' | 'line'> | undefined> {
  for (;;) {
    const some = await source.next();
    if (some.done === true) return undefined;
    const lines: Iterator<Line, unknown> = some.value[Symbol.iterator]();
    const first = lines.next();
    if (first.done !== true) return { lines, line: first.value };
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
