import type { Check, Row } from '../types.ts';
import { CHECK_STATES, COLUMNS, pathOf, type Block, type Cell, type ColumnName } from './format.ts';
import { lengthen, type Get } from './shorten.ts';

const NAMES = Object.keys(COLUMNS) as ColumnName[];
const FLAGS: ReadonlySet<ColumnName> = new Set(['production', 'deployment.deleted']);

export interface Rows {
  readonly length: number;
  /** One value of a column that is neither `text` nor `list` nor `checks`. */
  readonly cell: (name: ColumnName, index: number) => string | number | undefined;
  /** A whole row; made anew each time. */
  readonly row: (index: number) => Row;
  /** All texts and numbers of a row in one, in lower case. */
  readonly words: (index: number) => string;
}

type Lists = ReturnType<typeof openLists>;

/** Reads what `createEncoder` wrote. Blocks have the same length, but for the last. */
export function openRows(blocks: readonly Block[]): Rows {
  const table = [''];
  for (const block of blocks) for (const text of block.table) table.push(text);
  const size = blocks[0]?.rows ?? 1;
  const lists = openLists(table);

  const raw = (name: ColumnName, index: number): Cell => {
    const block = blocks[Math.floor(index / size)];
    return block?.columns[name]?.[index % size] ?? (COLUMNS[name] === 'time' ? null : 0);
  };
  const cell = (name: ColumnName, index: number): string | number | undefined => {
    const value = raw(name, index);
    if (COLUMNS[name] === 'time') return value === null ? undefined : Number(raw('at', index)) + Number(value);
    if (value === null || value === 0) return undefined;
    return COLUMNS[name] === 'plain' ? value : lists.word(value);
  };
  return {
    length: blocks.reduce((sum, { rows }) => sum + rows, 0),
    cell,
    row: (index) =>
      readRow(
        (name) => raw(name, index),
        (name) => cell(name, index),
        lists,
      ),
    words: (index) => {
      const get: Get = (name) => cell(name, index);
      const words = NAMES.flatMap((name) => {
        const value = raw(name, index);
        if (value === 0 || COLUMNS[name] === 'time' || FLAGS.has(name)) return [];
        if (COLUMNS[name] === 'list') return lists.list(value).map(lists.word);
        if (COLUMNS[name] === 'checks') return lists.checks(value).map(({ found }) => found);
        return COLUMNS[name] === 'plain' ? String(value) : lists.word(value);
      });
      return lengthen(words.join(' '), get).toLowerCase();
    },
  };
}

/** What cells say, before they are lengthened. Lists that many rows share are read once. */
function openLists(table: readonly string[]): {
  word: (cell: Cell) => string;
  list: (cell: Cell) => readonly Cell[];
  checks: (cell: Cell) => readonly Check[];
} {
  const word = (cell: Cell): string => (typeof cell === 'number' ? (table[cell] ?? '') : (cell ?? ''));
  const list = remember((cell) => JSON.parse(word(cell)) as Cell[]);
  const checks = remember((cell) => {
    const cells = list(cell);
    return Array.from({ length: cells.length / 3 }, (_, index): Check => {
      const [name = 0, state = 0, found = 0] = cells.slice(index * 3, index * 3 + 3);
      return {
        name: word(name) as Check['name'],
        state: CHECK_STATES[Number(state)] ?? 'missing',
        found: word(found),
      };
    });
  });
  return { word, list, checks };
}

function remember<Value>(read: (cell: Cell) => Value): (cell: Cell) => Value {
  const known = new Map<Cell, Value>();
  return (cell) => {
    const value = known.get(cell) ?? read(cell);
    known.set(cell, value);
    return value;
  };
}

function readRow(raw: (name: ColumnName) => Cell, get: Get, lists: Lists): Row {
  const row: Record<string, unknown> = {};
  const text = (cell: Cell): string => lengthen(lists.word(cell), get);
  const read = (name: ColumnName): unknown => {
    const cell = raw(name);
    if (FLAGS.has(name)) return name === 'production' ? cell === 1 : cell === 1 || undefined;
    if (COLUMNS[name] === 'list') return cell === 0 ? undefined : lists.list(cell).map(text);
    if (COLUMNS[name] === 'text') return cell === 0 ? undefined : text(cell);
    if (COLUMNS[name] !== 'checks') return get(name);
    return lists.checks(cell).map((check) => ({ ...check, found: lengthen(check.found, get) }));
  };
  for (const name of NAMES) {
    const value = read(name);
    if (value === undefined) continue;
    const [group, member] = pathOf(name);
    if (group === undefined) row[member] = value;
    else (row[group] = (row[group] ?? {}) as Record<string, unknown>)[member] = value;
  }
  return row as unknown as Row;
}
