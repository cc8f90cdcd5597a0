import type { AuditClass, Row, Summary } from '../../src/audit/index.ts';
import { createPage } from '../../src/audit/page/index.ts';
import { openRows } from '../../src/audit/page/decode.ts';
import type { Block, PageFacts } from '../../src/audit/page/format.ts';
import { listOf } from './audit-encoded.ts';
import { sampleRows } from './audit-rows.ts';

/** The pieces of a page. */
export async function* renderPage(summary: Summary, rows: AsyncIterable<Row>, max?: number): AsyncGenerator<string> {
  const list = await listOf(rows);
  const classes: Partial<Record<AuditClass, number>> = {};
  for (const row of list) classes[row.class] = (classes[row.class] ?? 0) + 1;
  const page = createPage(summary, classes, { max });
  yield page.begin();
  for (const row of list) yield page.add(row) ?? '';
  yield* page.end();
}

/** As an audit gives them: the oldest first. */
export async function* rowsByTime(count: number): AsyncGenerator<Row> {
  yield* (await listOf(sampleRows(count))).sort((a, b) => a.at - b.at);
}

/** What the program of a page finds in it. */
export function readPage(page: string): {
  readonly rows: readonly Row[];
  readonly facts: PageFacts;
  readonly words: string;
} {
  const data = (name: string): unknown[] =>
    [...page.matchAll(new RegExp(`<script type="application/json" class="${name}">([^]*?)</script>`, 'g'))].map(
      ([, text = '']) => JSON.parse(text) as unknown,
    );
  const rows = openRows(data('rows') as Block[]);
  const [facts] = data('facts') as [PageFacts];
  return { rows: Array.from({ length: rows.length }, (_, index) => rows.row(index)), facts, words: wordsOf(page) };
}

export function wordsOf(html: string): string {
  return html
    .replace(/<(script|style)[^]*?<\/\1>/g, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .replace(/ ([.,;])/g, '$1');
}
