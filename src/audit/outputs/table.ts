import { COLUMNS, timeText, type Cell, type Column, type Projects } from './columns.ts';
import type { Row } from '../types.ts';
import { toLine } from './plain.ts';

/** What a spreadsheet may take for a formula, in its full-width form too. */
const FORMULA = /^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]/;
/** A semicolon too: where it is the decimal comma's country, it separates cells. */
const NEEDS_QUOTES = /[",;]|^\s|\s$/;
const NAMES = COLUMNS.map(({ name }) => `${JSON.stringify(name)}:`);

/** What a row has in each column, for both tables. */
export type Cells = readonly (Cell | undefined)[];

export function cellsOf(row: Row, projects: Projects): Cells {
  return COLUMNS.map((column) => valueOf(column, row, projects));
}

/** One line of `audit.jsonl`, without its end: every column, in the same order; null where there is nothing. */
export function writeJsonRow(cells: Cells): string {
  let line = '{';
  for (let index = 0; index < cells.length; index += 1) {
    const value = cells[index];
    line += `${index === 0 ? '' : ','}${NAMES[index] ?? ''}${value === undefined ? 'null' : JSON.stringify(value)}`;
  }
  return `${line}}`;
}

export function writeCsvHead(): string {
  return `${COLUMNS.map(({ name }) => name).join(',')}\r\n`;
}

/** One line of `audit.csv` with its end (RFC 4180). */
export function writeCsvRow(cells: Cells): string {
  return `${cells.map(writeCell).join(',')}\r\n`;
}

/** Texts stay on one line, so that a line is a row for every tool. */
function writeCell(value: Cell | undefined): string {
  if (value === undefined) return '';
  if (typeof value !== 'string') return String(value);
  const text = toLine(value);
  const harmless = FORMULA.test(text) ? `'${text}` : text;
  return NEEDS_QUOTES.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

function valueOf({ type, of }: Column, row: Row, projects: Projects): Cell | undefined {
  const value = of(row, projects);
  return type === 'time' ? timeText(value as number | undefined) : value;
}
