import type { Row, Summary } from '../types.ts';
import type { LeftBin, LeftOut } from './format.ts';
import { CLASS_NAMES } from './words.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Each goes into all spans of the timeline that are longer. */
const SPANS = [
  MINUTE,
  5 * MINUTE,
  15 * MINUTE,
  30 * MINUTE,
  HOUR,
  6 * HOUR,
  12 * HOUR,
  DAY,
  7 * DAY,
  28 * DAY,
] as const;
/** Some 100 KB of the page at most. */
const MAX_BINS = 2500;

/** Counts the rows that a page leaves out, in the order of their time. */
export interface LeftOutCount {
  add(row: Row): void;
  finish(): LeftOut;
}

interface Cell {
  readonly bin: number;
  readonly place: number;
  readonly production: boolean;
  rows: number;
  builds: number;
  without: number;
}

/** The builds of a class and kind of target, in a bin and in the one before it. */
interface Near {
  bin: number;
  builds: Set<string>;
  before: Set<string>;
}

export function countLeftOut({ since, until }: Summary['scope']): LeftOutCount {
  const span = SPANS.find((ms) => (until - since) / ms <= MAX_BINS) ?? 28 * DAY;
  const [first, last] = [Math.floor(since / span) - 1, Math.ceil(until / span)];
  const places = new Map(CLASS_NAMES.map((name, place) => [name, place]));
  const cells = new Map<string, Cell>();
  const near = new Map<string, Near>();
  let rows = 0;
  const cellOf = (bin: number, place: number, production: boolean): Cell => {
    const key = `${String(bin)} ${String(place)} ${String(production)}`;
    const cell = cells.get(key) ?? { bin, place, production, rows: 0, builds: 0, without: 0 };
    cells.set(key, cell);
    return cell;
  };
  return {
    add({ at, class: name, production, build }) {
      rows += 1;
      // What is said to be of another time is counted beside the period, so that the bins have an end.
      const bin = Math.min(last, Math.max(first, Math.floor(at / span)));
      const place = places.get(name) ?? 0;
      const cell = cellOf(bin, place, production);
      cell.rows += 1;
      if (build) cell.builds += Number(isNew(near, `${String(place)} ${String(production)}`, bin, build.pipelineUuid));
      else cell.without += 1;
    },
    finish: () => ({ rows, span, bins: [...cells.values()].map(toBin) }),
  };
}

/** A build whose rows are in two bins, one after the other, is counted in the first of them. */
function isNew(near: Map<string, Near>, key: string, bin: number, build: string): boolean {
  const known = near.get(key) ?? { bin, builds: new Set<string>(), before: new Set<string>() };
  near.set(key, known);
  if (known.bin !== bin) {
    known.before = known.bin === bin - 1 ? known.builds : new Set();
    known.builds = new Set();
    known.bin = bin;
  }
  const isThere = known.builds.has(build) || known.before.has(build);
  known.builds.add(build);
  return !isThere;
}

function toBin({ bin, place, production, rows, builds, without }: Cell): LeftBin {
  return [bin, place, Number(production), rows, builds, without];
}
