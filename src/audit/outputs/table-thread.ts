import type { Files, RangeReader, Thread, Threads } from '../../platform/types.ts';
import type { Row } from '../types.ts';
import type { Projects } from './columns.ts';
import { NEWLINE, WholeLines } from './row-lines.ts';
import { createTables, TABLE_NAMES, type Tables } from './tables.ts';
import { orDiscard, type GrowingFile } from './text-file.ts';
import type { RowSource, WrittenFile } from './types.ts';

/** The work of a thread that writes tables, by the name that the program's door knows. */
export const TABLING = 'tabling';

/** So much more to read is worth a question. */
const PART_BYTES = 256 * 1024;
const COMMA = 44;
const NOTHING = Buffer.alloc(0);

/** What tables are made from, in what can be handed to a thread. */
interface Task {
  readonly folder: string;
  readonly projects: Projects;
  /** Absolute path of `audit.json`, which grows meanwhile. */
  readonly json: string;
  /** Where its rows begin. */
  readonly from: number;
}

interface Asking {
  /** How far it can be read. */
  readonly to: number;
  /** Whether all rows stand before that. */
  readonly isLast: boolean;
}

interface Made {
  readonly files: readonly WrittenFile[];
  readonly rows: number;
}

export interface TablesAside {
  readonly threads: Threads;
  readonly files: Files;
  readonly folder: string;
  readonly projects: Projects;
  /** `audit.json`, in which each row stands before it is added here. */
  readonly json: Pick<GrowingFile, 'bytes' | 'written' | 'flush'>;
  readonly jsonPath: string;
  /** The same rows once more, where the thread fails. */
  readonly rows: RowSource;
}

/** Has another thread make them of what is written of `audit.json`: rows need not be handed over. */
export function startTables(aside: TablesAside): Tables {
  const { threads, files, folder, projects, json, jsonPath, rows } = aside;
  const task: Task = { folder, projects, json: jsonPath, from: json.bytes };
  const thread = threads.start(TABLING, task);
  let asked = json.bytes;
  let end = json.bytes;
  let count = 0;
  return {
    add: () => {
      count += 1;
      end = json.bytes;
      const to = json.written;
      if (to - asked >= PART_BYTES) {
        asked = to;
        void thread.ask(JSON.stringify({ to, isLast: false } satisfies Asking));
      }
      return Promise.resolve();
    },
    close: async () => {
      await json.flush();
      const made = await askForLast(thread, end);
      await thread.end();
      return made?.rows === count ? made.files : makeAgain(files, folder, projects, rows);
    },
    discard: async () => {
      await thread.end();
      for (const name of Object.values(TABLE_NAMES)) await files.remove(`${folder}/${name}`);
    },
  };
}

/** Undefined where the thread has failed. */
async function askForLast(thread: Thread, to: number): Promise<Made | undefined> {
  const answer = await thread.ask(JSON.stringify({ to, isLast: true } satisfies Asking));
  return typeof answer === 'string' ? (JSON.parse(answer) as Made) : undefined;
}

/** What was wrong there is told by what goes wrong here. */
async function makeAgain(
  files: Files,
  folder: string,
  projects: Projects,
  rows: RowSource,
): Promise<readonly WrittenFile[]> {
  const tables = await createTables(files, folder, projects);
  return orDiscard(tables, async () => {
    for await (const row of rows.read()) await tables.add(row);
    return tables.close();
  });
}

/** The thread's side. @param task as {@link startTables} has made it */
export function tableInThread(task: unknown, files: Files): (question: string) => Promise<string> {
  const { folder, projects, json, from } = task as Task;
  let begun: Promise<{ readonly tables: Tables; readonly lines: GrowingLines }> | undefined;
  const begin = async (): Promise<{ readonly tables: Tables; readonly lines: GrowingLines }> => {
    const reader = await files.openRanges(json);
    if (!reader) throw new Error('the rows are gone');
    return { tables: await createTables(files, folder, projects), lines: new GrowingLines(reader, from) };
  };
  let rows = 0;
  return async (question) => {
    const { to, isLast } = JSON.parse(question) as Asking;
    const { tables, lines } = await (begun ??= begin());
    for (const line of lines.read(to, isLast)) {
      rows += 1;
      await tables.add(JSON.parse(line) as Row);
    }
    if (!isLast) return '';
    lines.close();
    return JSON.stringify({ files: await tables.close(), rows } satisfies Made);
  };
}

/** Rows of a file that grows, a line each, with a comma behind all but the last. */
class GrowingLines {
  readonly #reader: RangeReader;
  readonly #whole = new WholeLines();
  #from: number;

  constructor(reader: RangeReader, from: number) {
    [this.#reader, this.#from] = [reader, from];
  }

  /** @param isLast whether what no line end follows is a line too */
  *read(to: number, isLast: boolean): Generator<string> {
    const part = this.#reader.read(this.#from, to - this.#from);
    this.#from += part.byteLength;
    const bytes = this.#whole.take(part) ?? NOTHING;
    for (let start = 0; start < bytes.length;) {
      const end = bytes.indexOf(NEWLINE, start);
      yield bytes.toString('utf8', start, bytes[end - 1] === COMMA ? end - 1 : end);
      start = end + 1;
    }
    const last = isLast ? this.#whole.rest() : NOTHING;
    if (last.length > 0) yield last.toString();
  }

  close(): void {
    this.#reader.close();
  }
}
