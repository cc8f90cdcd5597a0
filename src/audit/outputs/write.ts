import { PipeError } from '../../errors.ts';
import { createPage, type Page } from '../page/index.ts';
import type { Summary } from '../types.ts';
import { compareCounts, createRowCount } from './row-count.ts';
import { createJunit } from './junit.ts';
import { writeMarkdown } from './markdown.ts';
import { writeRow } from './order.ts';
import { writeSummary } from './order-summary.ts';
import { createTables, type Tables } from './tables.ts';
import { startTables } from './table-thread.ts';
import { growFile, makeFolder, type GrowingFile } from './text-file.ts';
import type { OutputOptions, RowSource, WrittenOutputs, WrittenRow } from './types.ts';
import { createWorst } from './worst.ts';

const ROWS = 'audit.json';
/** Names what the reports say, signed; and holds them. */
export const RESULT = 'audit.sigstore.json';
export const PACK = 'audit-evidence.zip';
const ANNOUNCED = 100;
const SEPARATOR = Buffer.from(',\n');
const BATCH = 64;

/**
 * Writes every file of an audit, in one reading of its rows. Where it fails, none of them is left. What an earlier audit
 * has made of its own files there is taken away: beside these it would pass for theirs.
 * @throws {PipeError} `INTERNAL` where the rows are not those that the summary has counted, `OUTPUT_INVALID` where a
 * file cannot be written.
 */
export async function writeOutputs(summary: Summary, rows: RowSource, options: OutputOptions): Promise<WrittenOutputs> {
  const { files, folder } = options;
  await makeFolder(files, folder);
  for (const name of [RESULT, PACK]) await files.remove(`${folder}/${name}`);
  const open: Pick<GrowingFile, 'discard'>[] = [];
  const grow = async (name: string): Promise<GrowingFile> => {
    const file = await growFile(files, folder, name);
    open.push(file);
    return file;
  };
  try {
    const json = await grow(ROWS);
    await json.write(`{"summary":${writeSummary(summary)},\n"rows":[\n`);
    const tables = await openTables(summary, rows, json, options);
    open.push(tables);
    const [junit, markdown, html] = [await grow('junit.xml'), await grow('audit.md'), await grow('audit.html')];
    const page = createPage(summary, rows.classes, options);
    const worst = await writeAll(summary, rows, { json, tables, junit, markdown, html, page });
    const written = [await json.close(), ...(await tables.close())];
    for (const file of [junit, markdown, html]) written.push(await file.close());
    return { files: written, worst };
  } catch (error) {
    // Half a table looks like a whole one.
    for (const file of open) await file.discard();
    throw error;
  }
}

interface Open extends Readonly<Record<'json' | 'junit' | 'markdown' | 'html', GrowingFile>> {
  readonly tables: Tables;
  readonly page: Page;
}

function openTables(
  { projects }: Summary,
  rows: RowSource,
  json: GrowingFile,
  { files, folder, threads }: OutputOptions,
): Tables | Promise<Tables> {
  if (!threads) return createTables(files, folder, projects);
  return startTables({ threads, files, folder, projects, json, jsonPath: `${folder}/${ROWS}`, rows });
}

async function writeAll(
  summary: Summary,
  rows: RowSource,
  { json, tables, junit, markdown, html, page }: Open,
): Promise<WrittenOutputs['worst']> {
  const worst = createWorst();
  const tests = createJunit(summary, rows.count);
  const counted = createRowCount();
  await html.write(page.begin());
  let isFirst = true;
  for await (const batch of readWritten(rows)) {
    for (const { row, text } of batch) {
      if (!isFirst) await json.writeBytes(SEPARATOR);
      isFirst = false;
      await json.writeBytes(text);
      await tables.add(row);
      tests.add(row);
      worst.add(row);
      counted.add(row);
      const block = page.add(row);
      if (block !== undefined) await html.write(block);
    }
  }
  await json.write(`${isFirst ? '' : '\n'}]}\n`);
  refuseOtherCounts(compareCounts(summary.counts, counted.counts()));
  for (const text of tests.write()) await junit.write(text);
  for (const text of writeMarkdown(summary, worst.classes())) await markdown.write(text);
  for (const text of page.end()) await html.write(text);
  return worst.first(ANNOUNCED);
}

function readWritten(rows: RowSource): AsyncIterable<readonly WrittenRow[]> {
  return rows.readWritten?.() ?? writeEach(rows);
}

async function* writeEach(rows: RowSource): AsyncGenerator<readonly WrittenRow[]> {
  let batch: WrittenRow[] = [];
  for await (const row of rows.read()) {
    if (batch.push({ row, text: Buffer.from(writeRow(row)) }) < BATCH) continue;
    yield batch;
    batch = [];
  }
  yield batch;
}

function refuseOtherCounts(faults: readonly string[]): void {
  if (faults.length === 0) return;
  throw new PipeError({
    code: 'INTERNAL',
    message: "The audit's rows are not those that it has counted.",
    faults,
    fix: 'This is a fault of the pipe. Do not rely on this audit; report the lines above.',
  });
}
