import type { Files } from '../../platform/types.ts';
import type { AuditClass } from '../classes.ts';
import type { Row } from '../types.ts';
import { mergeSorted } from './merge-sorted.ts';
import { writeRow } from './order.ts';
import { isBefore, NEWLINE, readRowLines, TAB, type RowLine } from './row-lines.ts';
import { growFile, notWritten, orDiscard, UNMEASURED } from './text-file.ts';
import type { RowFile, RowFileLine, WrittenRow } from './types.ts';

/** More of it makes fewer work files, each of which is open while rows are read. */
const RUN_BYTES = 8 * 1024 * 1024;
/** Of each of some dozen work files. In place: the way to a thread and back takes longer than that. */
const READ_BYTES = 64 * 1024;
export const AT_DIGITS = 16;
/** Bytes that end the two parts of a line. */
const ENDS = 2;

/**
 * Takes rows in any order, keeps at most some megabytes of them, and gives them back in the order of their time: runs
 * are sorted before they go to disk, and merged while they are read.
 * @param parent absolute, made where it is missing; the work files go into a folder of their own in it.
 * @throws {PipeError} `OUTPUT_INVALID` where nothing can be written there.
 */
export async function createRowFile(files: Files, parent: string): Promise<RowFile> {
  const folder = await files.makeTempFolder(parent);
  if (folder === undefined) throw notWritten(parent, undefined);
  const classes: Partial<Record<AuditClass, number>> = {};
  const runs: string[] = [];
  let count = 0;
  let run: Run | undefined = createRun();
  let last: Promise<void> | undefined;

  const spill = async (full: Run): Promise<void> => {
    const name = `run-${String(runs.length)}`;
    runs.push(`${folder}/${name}`);
    await writeRun(files, folder, name, full);
  };

  const addLine = async ({ key, class: name, text }: RowFileLine): Promise<void> => {
    if (!run) throw new Error('a row came after the rows were read');
    count += 1;
    classes[name] = (classes[name] ?? 0) + 1;
    if (run.add(key, text)) return;
    await spill(run);
    run.add(key, text);
  };

  async function* readWritten(): AsyncGenerator<readonly WrittenRow[]> {
    last ??= run && spill(run);
    run = undefined;
    await last;
    for await (const lines of mergeSorted(
      runs.map((path) => readRowLines(readRun(files, path))),
      isBefore,
    )) {
      yield lines.map(readRow);
    }
  }

  return {
    classes,
    get count() {
      return count;
    },
    add: (row) => addLine(toRowFileLine(row)),
    addLine,
    async *read() {
      for await (const rows of readWritten()) for (const { row } of rows) yield row;
    },
    readWritten,
    remove: () => files.remove(folder),
  };
}

async function writeRun(files: Files, folder: string, name: string, run: Run): Promise<void> {
  const file = await growFile(files, folder, name, UNMEASURED);
  await orDiscard(file, async () => {
    for (const line of run.take()) await file.writeBytes(line);
    await file.close();
  });
}

async function* readRun(files: Files, path: string): AsyncGenerator<Uint8Array> {
  const run = await files.openRanges(path);
  if (!run) throw new Error('the rows are gone');
  try {
    for (let part = run.read(0, READ_BYTES), at = 0; part.byteLength > 0; part = run.read(at, READ_BYTES)) {
      at += part.byteLength;
      yield part;
    }
  } finally {
    run.close();
  }
}

export function toRowFileLine(row: Row): RowFileLine & { readonly text: string } {
  return { key: keyOf(row), class: row.class, text: writeRow(row) };
}

/** Compared as text: time, kind, id. */
export function keyOf({ at, kind, id }: Row): string {
  const time = String(Math.max(0, Math.trunc(at))).padStart(AT_DIGITS, '0');
  return `${time} ${kind} ${JSON.stringify(id)}`;
}

function readRow({ text }: RowLine): WrittenRow {
  return { row: JSON.parse(Buffer.from(text.buffer, text.byteOffset, text.byteLength).toString()) as Row, text };
}

interface Run {
  /** False where there is no room for it. */
  add(key: string, text: RowFileLine['text']): boolean;
  /** Its lines, sorted; it is empty then. */
  take(): Iterable<Uint8Array>;
}

function write(bytes: Buffer, text: RowFileLine['text'], at: number): number {
  if (typeof text === 'string') return bytes.write(text, at);
  bytes.set(text, at);
  return text.byteLength;
}

/** As bytes, and not as texts: those would live long enough for V8 to move them about twice. */
function createRun(): Run {
  let bytes = Buffer.allocUnsafe(RUN_BYTES);
  let used = 0;
  let kept: { readonly key: string; readonly from: number; readonly to: number }[] = [];
  return {
    add(key, text) {
      // At most three bytes for each of its units.
      const most = (key.length + text.length) * 3 + ENDS;
      if (used + most > bytes.length) {
        if (kept.length > 0) return false;
        bytes = Buffer.allocUnsafe(most);
      }
      const from = used;
      // One after the other: a text of both would be another copy.
      used += bytes.write(key, used);
      used = bytes.writeUInt8(TAB, used);
      used += write(bytes, text, used);
      used = bytes.writeUInt8(NEWLINE, used);
      kept.push({ key, from, to: used });
      return true;
    },
    *take() {
      const sorted = kept.sort((a, b) =>
        a.key === b.key ? bytes.compare(bytes, b.from, b.to, a.from, a.to) : a.key < b.key ? -1 : 1,
      );
      for (const { from, to } of sorted) yield bytes.subarray(from, to);
      [kept, used] = [[], 0];
    },
  };
}
