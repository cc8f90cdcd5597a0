import { COLUMNS, timeText, type Cell, type Column, type Projects } from './columns.ts';
import type { Row } from '../types.ts';
import { toLine } from './plain.ts';

/** What a spreadsheet may take for a formula, in its full-width form too. */
const FORMULA = /^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]/;
/** A semicolon too: where it is the decimal comma's country, it separates cells. */
const NEEDS_QUOTES = /[",;]|^\s|\s$/;
/** Most texts, which both tables take as they are: a quick look, because there are millions of them. */
const HARMLESS =
  /^[A-Za-z0-9](?:[\x20\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e])?$/;

/** A row in both tables, each line with its end. */
export interface TableLines {
  /** Of `audit.jsonl`: every column, in the same order; null where there is nothing. */
  readonly json: string;
  /** Of `audit.csv` (RFC 4180). */
  readonly csv: string;
}

/** What stands before a value of `audit.jsonl`, with the quote that ends the text before it where there is one. */
interface Head {
  readonly column: Column;
  readonly comma: string;
  readonly bare: readonly [before: string, behindText: string];
  readonly quoted: readonly [before: string, behindText: string];
  readonly none: readonly [before: string, behindText: string];
}

const HEADS = COLUMNS.map((column, index): Head => {
  const comma = index === 0 ? '' : ',';
  const name = `${comma}${JSON.stringify(column.name)}:`;
  const both = (text: string): readonly [string, string] => [text, `"${text}`];
  return { column, comma, bare: both(name), quoted: both(`${name}"`), none: both(`${name}null`) };
});

/** As few pieces as can be: each of them costs as much as what is in it. */
export function writeTableLines(row: Row, projects: Projects): TableLines {
  let json = '{';
  let csv = '';
  let behindText: 0 | 1 = 0;
  for (const { column, comma, bare, quoted, none } of HEADS) {
    const value = valueOf(column, row, projects);
    csv += comma;
    if (value === undefined) {
      json += none[behindText];
      behindText = 0;
    } else if (typeof value === 'string' && HARMLESS.test(value)) {
      json += quoted[behindText];
      json += value;
      csv += value;
      behindText = 1;
    } else {
      json += bare[behindText];
      json += JSON.stringify(value);
      csv += writeCell(value);
      behindText = 0;
    }
  }
  return { json: `${json}${behindText === 0 ? '' : '"'}}\n`, csv: `${csv}\r\n` };
}

export function writeCsvHead(): string {
  return `${COLUMNS.map(({ name }) => name).join(',')}\r\n`;
}

/** Texts stay on one line, so that a line is a row for every tool. */
function writeCell(value: Cell): string {
  if (typeof value !== 'string') return String(value);
  const text = toLine(value);
  const harmless = FORMULA.test(text) ? `'${text}` : text;
  return NEEDS_QUOTES.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

function valueOf({ type, of }: Column, row: Row, projects: Projects): Cell | undefined {
  const value = of(row, projects);
  return type === 'time' ? timeText(value as number | undefined) : value;
}
