import { SCRIPT, SCRIPT_HASH, STYLE, STYLE_HASH } from '../../../build/audit-page.js';
import type { ClassCounts } from '../classes.ts';
import type { Row, Summary } from '../types.ts';
import { writeAnswers } from './answers.ts';
import { createChoice, MAX_ROWS } from './choice.ts';
import { createEncoder } from './encode.ts';
import { writeClasses, writePopulations } from './figures.ts';
import type { PageFacts } from './format.ts';
import { html } from './html.ts';
import { writeInventory } from './inventory.ts';
import { countLeftOut } from './left-out.ts';
import { writeList } from './list.ts';
import { createTally } from './tally.ts';
import { writeVerdict } from './verdict.ts';

/** Rows wait for so many of them as they are, which takes some kilobytes each. */
const BLOCK_ROWS = 500;
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
 * `audit.html`: one file that needs no network, in pieces. Rows are written as they come, so that memory does not grow
 * with them; what people see first stands behind them in the file, because it counts them.
 */
export interface Page {
  begin(): string;
  /**
   * To be given every row once, by time, the oldest first: what the page leaves out is counted all the same.
   * @returns what is to be written now
   */
  add(row: Row): string | undefined;
  end(): Iterable<string>;
}

export interface PageOptions {
  /** How many rows it holds at most. */
  readonly max?: number | undefined;
  readonly allowSandbox?: boolean | undefined;
}

/** @param classes of all rows */
export function createPage(
  summary: Summary,
  classes: ClassCounts,
  { max = MAX_ROWS, allowSandbox = false }: PageOptions = {},
): Page {
  const tally = createTally();
  const encode = createEncoder();
  const choice = createChoice(classes, max);
  const left = countLeftOut(summary.scope);
  let block: Row[] = [];
  const writeBlock = (): string => {
    const text = data('rows', encode(block));
    block = [];
    return text;
  };
  return {
    begin: () => writeHead(summary),
    add(row) {
      tally.add(row);
      if (!choice.keeps(row)) left.add(row);
      else if (block.push(row) >= BLOCK_ROWS) return writeBlock();
      return undefined;
    },
    *end() {
      if (block.length > 0) yield writeBlock();
      const held = choice.tell();
      const { scope, projects } = summary;
      const { teamId, since, until } = scope;
      const facts: PageFacts = {
        ...{ teamId, projects, since, until },
        ...(allowSandbox && { allowSandbox }),
        ...(held && { left: left.finish() }),
      };
      yield data('facts', facts);
      yield html`<main>
        ${writeVerdict(summary)} ${writeAnswers(summary, tally, held)} ${writeList(held)} ${writeClasses(summary)}
        ${writePopulations(summary)} ${writeInventory(summary)}
      </main>`.text;
      yield `<script>${SCRIPT}</script></body></html>\n`;
    },
  };
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
