import type { AuditClass } from '../../classes.ts';
import type { Rows } from '../decode.ts';
import type { ColumnName, LeftOut } from '../format.ts';
import { CLASS_NAMES } from '../words.ts';
import type { State } from './state.ts';

/** One column as numbers, for a filter that looks at each of many rows. */
export interface Facet {
  /** Sorted by name; what is empty is first. */
  readonly names: readonly string[];
  readonly of: Uint32Array;
}

/** The rows, and what the filter needs of each in arrays of numbers. */
export interface Catalog {
  readonly rows: Rows;
  /** Names of projects by id. */
  readonly projects: Readonly<Record<string, string>>;
  readonly at: Float64Array;
  /** Place in {@link CLASS_NAMES}. */
  readonly class: Uint8Array;
  readonly production: Uint8Array;
  readonly project: Facet;
  readonly person: Facet;
  readonly target: Facet;
  /** Empty: no build is named. */
  readonly pipeline: Facet;
  /** Where the page does not hold all rows. */
  readonly left?: LeftOut | undefined;
  /** Every row, the oldest first. */
  readonly byTime: Uint32Array;
  /** What the search of texts looks at; made when it is first needed. */
  readonly haystack: (index: number) => string;
}

export function createCatalog(rows: Rows, projects: Catalog['projects'] = {}, left?: LeftOut): Catalog {
  const { length } = rows;
  const numbers = <List extends Float64Array | Uint8Array>(list: List, read: (index: number) => number): List => {
    for (let index = 0; index < length; index += 1) list[index] = read(index);
    return list;
  };
  const at = numbers(new Float64Array(length), (index) => Number(rows.cell('at', index) ?? 0));
  const places = new Map<unknown, number>(CLASS_NAMES.map((name, place) => [name, place]));
  const haystacks = new Array<string>(length);
  return {
    rows,
    projects,
    left,
    at,
    class: numbers(new Uint8Array(length), (index) => places.get(rows.cell('class', index)) ?? 0),
    production: numbers(new Uint8Array(length), (index) => Number(rows.cell('production', index) ?? 0)),
    project: createFacet(rows, 'projectId'),
    person: createFacet(rows, 'person'),
    target: createFacet(rows, 'target'),
    pipeline: createFacet(rows, 'build.pipelineUuid'),
    byTime: Uint32Array.from({ length }, (_, index) => index).sort((a, b) => (at[a] ?? 0) - (at[b] ?? 0) || a - b),
    haystack: (index) => (haystacks[index] ??= rows.words(index)),
  };
}

function createFacet({ length, cell }: Rows, name: ColumnName): Facet {
  const text = (index: number): string => String(cell(name, index) ?? '');
  const seen = new Set<string>();
  for (let index = 0; index < length; index += 1) seen.add(text(index));
  const names = [...seen].sort();
  const numbers = new Map(names.map((value, number) => [value, number]));
  return { names, of: Uint32Array.from({ length }, (_, index) => numbers.get(text(index)) ?? 0) };
}

/** @returns numbers of rows, in the order that the state asks for; with `timed`, always the oldest first */
export function select(catalog: Catalog, state: State, timed = false): Uint32Array {
  const { at, byTime, haystack } = catalog;
  const { from = -Infinity, to = Infinity } = state;
  const classes = Uint8Array.from(CLASS_NAMES, (name) => Number(isWanted(state, name)));
  const facets = (['project', 'person', 'target'] as const).flatMap((name) => {
    const value = state[name];
    // -1: such a name is not there, and no row has it.
    return value === undefined ? [] : [{ of: catalog[name].of, number: catalog[name].names.indexOf(value) }];
  });
  const needles = state.text.toLowerCase().split(/\s+/).filter(Boolean);
  const found = byTime.filter((index) => {
    const time = at[index] ?? 0;
    if (time < from || time >= to) return false;
    if (classes[catalog.class[index] ?? 0] === 0) return false;
    if (state.production && catalog.production[index] === 0) return false;
    if (!facets.every(({ of, number }) => of[index] === number)) return false;
    return needles.every((needle) => haystack(index).includes(needle));
  });
  if (timed || state.sort === 'oldest') return found;
  found.reverse();
  // Classes stand in the order of how bad they are; the sort keeps the newest first within each.
  return state.sort === 'newest'
    ? found
    : found.sort((a, b) => (catalog.class[b] ?? 0) - (catalog.class[a] ?? 0) || (at[b] ?? 0) - (at[a] ?? 0));
}

function isWanted({ classes }: State, name: AuditClass): boolean {
  return classes.length === 0 || classes.includes(name);
}
