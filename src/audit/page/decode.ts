import type { Check, Row } from '../types.ts';
import { CHECK_STATES, COLUMNS, pathOf, type Block, type Cell, type ColumnName } from './format.ts';
import { lengthen, repeated } from './shorten.ts';

const NAMES = Object.keys(COLUMNS) as ColumnName[];
/** Members that a row or a part of it always has, though they may be nothing. */
const FLAGS = new Set<ColumnName>(['production']);

export interface Rows {
  readonly length: number;
  /** One cell of a `word` or `plain` column. */
  readonly cell: (name: ColumnName, index: number) => string | number | undefined;
  /** A whole row; made anew each time. */
  readonly row: (index: number) => Row;
}

/** Reads what `createEncoder` wrote. Blocks have the same length, but for the last. */
export function openRows(blocks: readonly Block[]): Rows {
  const table = [''];
  for (const block of blocks) for (const text of block.table) table.push(text);
  const size = blocks[0]?.rows ?? 1;
  const word = (cell: Cell): string => (typeof cell === 'number' ? (table[cell] ?? '') : (cell ?? ''));

  const raw = (name: ColumnName, index: number): Cell => {
    const block = blocks[Math.floor(index / size)];
    return block?.columns[name]?.[index % size] ?? (COLUMNS[name] === 'time' ? null : 0);
  };
  const cell = (name: ColumnName, index: number): string | number | undefined => {
    const value = raw(name, index);
    if (COLUMNS[name] === 'plain') return value === null || value === 0 ? undefined : value;
    return value === 0 ? undefined : word(value);
  };
  return {
    length: blocks.reduce((sum, { rows }) => sum + rows, 0),
    cell,
    row: (index) => readRow((name) => raw(name, index), word),
  };
}

function readRow(raw: (name: ColumnName) => Cell, word: (cell: Cell) => string): Row {
  const row: Record<string, unknown> = {};
  const at = Number(raw('at'));
  const put = (name: ColumnName, value: unknown): void => {
    const [group, member] = pathOf(name);
    if (group === undefined) row[member] = value;
    else (row[group] = (row[group] ?? {}) as Record<string, unknown>)[member] = value;
  };
  for (const name of NAMES) {
    const kind = COLUMNS[name];
    const cell = raw(name);
    if (kind === 'time') {
      if (cell !== null) put(name, at + Number(cell));
    } else if (FLAGS.has(name) || name === 'deployment.deleted') {
      if (cell !== 0 || FLAGS.has(name)) put(name, cell === 1);
    } else if (cell !== 0 && kind === 'word') put(name, word(cell));
    else if (cell !== 0 && kind === 'plain') put(name, cell);
  }
  const values = repeated(row as unknown as Row);
  const text = (cell: Cell): string => lengthen(word(cell), values);
  for (const name of NAMES) {
    const kind = COLUMNS[name];
    const cell = raw(name);
    if (cell === 0) continue;
    if (kind === 'text') put(name, text(cell));
    if (kind === 'list') put(name, (JSON.parse(word(cell)) as Cell[]).map(text));
    if (kind === 'checks') put(name, readChecks(JSON.parse(word(cell)) as Cell[], word, text));
  }
  return row as unknown as Row;
}

function readChecks(cells: readonly Cell[], word: (cell: Cell) => string, text: (cell: Cell) => string): Check[] {
  const checks: Check[] = [];
  for (let index = 0; index < cells.length; index += 3) {
    const [name = 0, state = 0, found = 0] = cells.slice(index, index + 3);
    checks.push({
      name: word(name) as Check['name'],
      state: CHECK_STATES[Number(state)] ?? 'missing',
      found: text(found),
    });
  }
  return checks;
}
