import type { Files } from '../../platform/types.ts';
import type { Row } from '../types.ts';
import type { Projects } from './columns.ts';
import { writeCsvHead, writeTableLines } from './table.ts';
import { growFile, orDiscard } from './text-file.ts';
import type { WrittenFile } from './types.ts';

export const TABLE_NAMES = { lines: 'audit.jsonl', csv: 'audit.csv' } as const;

/** Both tables, to be given every row in the order in which it is to stand there. */
export interface Tables {
  add(row: Row): Promise<void>;
  /** Writes what is left. */
  close(): Promise<readonly WrittenFile[]>;
  /** Takes them away again. */
  discard(): Promise<void>;
}

/** @throws {PipeError} `OUTPUT_INVALID` where a file cannot be written. */
export async function createTables(files: Files, folder: string, projects: Projects): Promise<Tables> {
  const lines = await growFile(files, folder, TABLE_NAMES.lines);
  const csv = await orDiscard(lines, () => growFile(files, folder, TABLE_NAMES.csv));
  const discard = async (): Promise<void> => {
    await lines.discard();
    await csv.discard();
  };
  await orDiscard({ discard }, () => csv.write(writeCsvHead()));
  return {
    async add(row) {
      const table = writeTableLines(row, projects);
      await lines.write(table.json);
      await csv.write(table.csv);
    },
    close: async () => [await lines.close(), await csv.close()],
    discard,
  };
}
