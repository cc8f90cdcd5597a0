import type { Files } from '../../platform/types.ts';
import type { Row } from '../types.ts';
import { readLines } from './lines.ts';
import { mergeSorted } from './merge-sorted.ts';
import { writeRow } from './order.ts';
import { growFile, notWritten, orDiscard } from './text-file.ts';
import type { RowFile, WrittenRow } from './types.ts';

const RUN_CHARS = 4 * 1024 * 1024;
export const AT_DIGITS = 16;

/**
 * Takes rows in any order, keeps at most some megabytes of them, and gives them back in the order of their time: runs
 * are sorted before they go to disk, and merged when they are first read.
 * @param parent absolute, made where it is missing; the work files go into a folder of their own in it.
 * @throws {PipeError} `OUTPUT_INVALID` where nothing can be written there.
 */
export async function createRowFile(files: Files, parent: string): Promise<RowFile> {
  const folder = await files.makeTempFolder(parent);
  if (folder === undefined) throw notWritten(parent, undefined);
  let count = 0;
  let runs = 0;
  let kept: string[] = [];
  let chars = 0;
  let whole: Promise<string> | undefined;

  const spill = async (): Promise<void> => {
    const sorted = kept.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
    [kept, chars] = [[], 0];
    await writeAll(files, folder, runName(runs++), [sorted]);
  };
  const finish = async (): Promise<string> => {
    await spill();
    return runs === 1 ? `${folder}/${runName(0)}` : mergeRuns(files, folder, runs);
  };

  async function* readWritten(): AsyncGenerator<WrittenRow> {
    whole ??= finish();
    const path = await whole;
    for await (const lines of readLines(files.stream(path))) {
      for (const line of lines) {
        const text = line.slice(line.indexOf('\t') + 1);
        yield { row: JSON.parse(text) as Row, text };
      }
    }
  }

  return {
    get count() {
      return count;
    },
    async add(row) {
      if (whole) throw new Error('a row came after the rows were read');
      const line = `${keyOf(row)}\t${writeRow(row)}`;
      kept.push(line);
      count += 1;
      chars += line.length;
      if (chars > RUN_CHARS) await spill();
    },
    async *read() {
      for await (const { row } of readWritten()) yield row;
    },
    readWritten,
    remove: () => files.remove(folder),
  };
}

const runName = (run: number): string => `run-${String(run)}`;

async function mergeRuns(files: Files, folder: string, runs: number): Promise<string> {
  const paths = Array.from({ length: runs }, (_, run) => `${folder}/${runName(run)}`);
  await writeAll(files, folder, 'rows', mergeSorted(paths.map((path) => readLines(files.stream(path)))));
  for (const path of paths) await files.remove(path);
  return `${folder}/rows`;
}

/** Compared as text: time, kind, id. */
export function keyOf({ at, kind, id }: Row): string {
  const time = String(Math.max(0, Math.trunc(at))).padStart(AT_DIGITS, '0');
  return `${time} ${kind} ${JSON.stringify(id)}`;
}

async function writeAll(
  files: Files,
  folder: string,
  name: string,
  batches: Iterable<readonly string[]> | AsyncIterable<readonly string[]>,
): Promise<void> {
  const file = await growFile(files, folder, name);
  await orDiscard(file, async () => {
    for await (const lines of batches) for (const line of lines) await file.write(`${line}\n`);
    await file.close();
  });
}
