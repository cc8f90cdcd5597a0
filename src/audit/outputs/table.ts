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

interface Head {
  readonly column: Column;
  readonly name: string;
  readonly none: string;
  readonly comma: string;
}

const HEADS = COLUMNS.map((column, index): Head => {
  const comma = index === 0 ? '' : ',';
  const name = `${comma}${JSON.stringify(column.name)}:`;
  return { column, name, none: `${name}null`, comma };
});

export function writeTableLines(row: Row, projects: Projects): TableLines {
  let json = '{';
  let csv = '';
  for (const { column, name, none, comma } of HEADS) {
    const value = valueOf(column, row, projects);
    if (value === undefined) {
      json += none;
      csv += comma;
    } else if (typeof value === 'string' && HARMLESS.test(value)) {
      json += `${name}"${value}"`;
      csv += comma + value;
    } else {
      json += name + JSON.stringify(value);
      csv += comma + writeCell(value);
    }
  }
  return { json: `${json}}\n`, csv: `${csv}\r\n` };
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
