import { createPage } from '../../src/audit/page/index.ts';
import type { AuditClass, Row, Summary } from '../../src/audit/index.ts';
import { listOf } from './audit-encoded.ts';

/** The pieces of a page. */
export async function* renderPage(summary: Summary, rows: AsyncIterable<Row>, max?: number): AsyncGenerator<string> {
  const list = await listOf(rows);
  const classes: Partial<Record<AuditClass, number>> = {};
  for (const row of list) classes[row.class] = (classes[row.class] ?? 0) + 1;
  const page = createPage(summary, classes, max);
  yield page.begin();
  for (const row of list) yield page.add(row) ?? '';
  yield* page.end();
}
