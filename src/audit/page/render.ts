import { SCRIPT, SCRIPT_HASH, STYLE, STYLE_HASH } from '../../../build/audit-page.js';
import type { Row, Summary } from '../types.ts';
import { writeAnswers } from './answers.ts';
import { createEncoder } from './encode.ts';
import { writeClasses, writePopulations } from './figures.ts';
import type { PageFacts } from './format.ts';
import { html } from './html.ts';
import { writeInventory } from './inventory.ts';
import { writeList } from './list.ts';
import { createTally } from './tally.ts';
import { writeVerdict } from './verdict.ts';

const BLOCK_ROWS = 2000;
/** Nothing may be asked of the network, and no text may become a program or markup, whatever stands in the page. */
const RULES = [
  "default-src 'none'",
  `script-src '${SCRIPT_HASH}'`,
  `style-src '${STYLE_HASH}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

/**
 * `audit.html`: one file that needs no network, in pieces as they come. Rows are written while they are read, so that
 * memory does not grow with them; what people see first stands behind them in the file, because it counts them.
 */
export async function* renderPage(summary: Summary, rows: AsyncIterable<Row>): AsyncGenerator<string> {
  yield writeHead(summary);
  const tally = createTally();
  const encode = createEncoder();
  let block: Row[] = [];
  for await (const row of rows) {
    tally.add(row);
    block.push(row);
    if (block.length < BLOCK_ROWS) continue;
    yield data('rows', encode(block));
    block = [];
  }
  if (block.length > 0) yield data('rows', encode(block));
  const { scope, projects } = summary;
  const facts: PageFacts = { teamId: scope.teamId, projects, since: scope.since, until: scope.until };
  yield data('facts', facts);
  yield html`<main>
    ${writeVerdict(summary)} ${writeAnswers(summary, tally)} ${writeList()} ${writeClasses(summary)}
    ${writePopulations(summary)} ${writeInventory(summary)}
  </main>`.text;
  yield `<script>${SCRIPT}</script></body></html>\n`;
}

/** Without spaces that a formatter puts in: the style is told by its digest. */
function writeHead({ scope }: Summary): string {
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${RULES}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="referrer" content="no-referrer">',
    '<meta name="color-scheme" content="light dark">',
    html`<title>Deployment audit of ${scope.teamId}</title>`.text,
    `<style>${STYLE}</style>`,
    '</head>',
    '<body>',
    html`<a class="skip" href="#rows-title">Skip to the list</a>`.text,
    '',
  ].join('\n');
}

/** JSON in a script element ends at the first `</script`: so there is no `<` in it. */
function data(name: string, value: unknown): string {
  return `<script type="application/json" class="${name}">${JSON.stringify(value).replaceAll('<', '\\u003c')}</script>\n`;
}
