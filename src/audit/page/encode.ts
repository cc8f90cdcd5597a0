import type { Check, Row } from '../types.ts';
import { CHECK_STATES, COLUMNS, pathOf, type Block, type Cell, type ColumnName } from './format.ts';
import { repeated, shorten } from './shorten.ts';
import { isVisible, visible } from './visible.ts';

/** Past so many different texts they stand where they are used, so that memory has an end. */
const MAX_TABLE = 65_536;
const PATHS = (Object.keys(COLUMNS) as ColumnName[]).map((name) => ({
  name,
  kind: COLUMNS[name],
  path: pathOf(name),
}));

const PATH_OF = Object.fromEntries(PATHS.map(({ name, path }) => [name, path])) as Readonly<
  Record<ColumnName, ReturnType<typeof pathOf>>
>;

/**
 * Makes blocks of rows; the table of texts goes on from one to the next.
 * @param maxTable how many texts it holds at most
 */
export function createEncoder(maxTable = MAX_TABLE): (rows: readonly Row[]) => Block {
  const numbers = new Map<string, number>();
  let added: string[] = [];

  const intern = (text: string): Cell => {
    const known = numbers.get(text);
    if (known !== undefined) return known;
    if (numbers.size >= maxTable) return text;
    numbers.set(text, numbers.size + 1);
    added.push(text);
    return numbers.size;
  };
  return (rows) => {
    added = [];
    const columns: Partial<Record<ColumnName, Cell[]>> = {};
    const shown = rows.map((row) => {
      const clean = isShown(row) ? row : (showAll(row) as Row);
      return { clean, values: repeated((name) => valueAt(clean, PATH_OF[name])) };
    });
    for (const { name, kind, path } of PATHS) {
      const cells = shown.map(({ clean, values }) => {
        const value = valueAt(clean, path);
        if (value === undefined) return kind === 'time' ? null : 0;
        return encodeCell(kind, value, { at: clean.at, values, intern });
      });
      if (cells.some((cell) => cell !== null && cell !== 0)) columns[name] = cells;
    }
    return { rows: rows.length, table: added, columns };
  };
}

interface Context {
  readonly at: number;
  readonly values: readonly (string | undefined)[];
  readonly intern: (text: string) => Cell;
}

function encodeCell(kind: (typeof COLUMNS)[ColumnName], value: unknown, { at, values, intern }: Context): Cell {
  const text = (of: string): Cell => intern(shorten(of, values));
  switch (kind) {
    case 'plain':
      return typeof value === 'boolean' ? Number(value) : (value as Cell);
    case 'time':
      return (value as number) - at;
    case 'word':
      return intern(value as string);
    case 'text':
      return text(value as string);
    case 'list':
      return intern(JSON.stringify((value as readonly string[]).map(text)));
    case 'checks':
      return intern(
        JSON.stringify(
          (value as readonly Check[]).flatMap(({ name, state, found }) => [
            intern(name),
            CHECK_STATES.indexOf(state),
            text(found),
          ]),
        ),
      );
  }
}

function valueAt(row: Row, [group, member]: readonly [string | undefined, string]): unknown {
  const whole = row as unknown as Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>>;
  return group === undefined ? whole[member] : whole[group]?.[member];
}

/** Most rows are shown as they are, and need no copy. */
function isShown(value: unknown): boolean {
  if (typeof value === 'string') return isVisible(value);
  if (typeof value !== 'object' || value === null) return true;
  for (const name in value) if (!isShown((value as Readonly<Record<string, unknown>>)[name])) return false;
  return true;
}

/** A copy in which every text can be shown. */
function showAll(value: unknown): unknown {
  if (typeof value === 'string') return visible(value);
  if (Array.isArray(value)) return value.map(showAll);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, showAll(member)]));
}
