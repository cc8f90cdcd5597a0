import { CLASS_NAMES, FAMILY_NAMES, familyOf, type Family } from '../words.ts';
import type { Catalog } from './catalog.ts';
import type { LeftFor } from './left.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Spans that people count in. */
const SPANS = [1, 5, 15, 30]
  .map((count) => count * MINUTE)
  .concat(
    [1, 2, 3, 6, 12].map((count) => count * HOUR),
    [1, 2, 7, 14, 28, 56, 112, 364].map((count) => count * DAY),
  );

export interface Bin {
  readonly from: number;
  readonly to: number;
  readonly rows: number;
  readonly families: Readonly<Record<Family, number>>;
  /** Different builds that its rows name. */
  readonly builds: number;
  /** Rows that name none. */
  readonly without: number;
}

interface Period {
  readonly from: number;
  readonly to: number;
  /** How many bins there is room for. */
  readonly max: number;
}

const FAMILIES = CLASS_NAMES.map(familyOf);

/**
 * @param selected numbers of rows, the oldest first
 * @param left rows that are counted by time alone: no bin is shorter than theirs
 */
export function makeBins(catalog: Catalog, selected: Uint32Array, period: Period, left?: LeftFor): Bin[] {
  const { to } = period;
  const span = spanOf(period, left);
  const start = Math.floor(period.from / span) * span;
  const bins = Array.from({ length: Math.max(1, Math.ceil((to - start) / span)) }, (_, index) => ({
    from: start + index * span,
    to: start + (index + 1) * span,
    rows: 0,
    families: Object.fromEntries(FAMILY_NAMES.map((name) => [name, 0])) as Record<Family, number>,
    builds: 0,
    without: 0,
  }));
  const { pipeline, at } = catalog;
  const lastBin = new Int32Array(pipeline.names.length).fill(-1);
  for (const index of selected) {
    const place = Math.floor(((at[index] ?? 0) - start) / span);
    const bin = bins[place];
    if (bin === undefined) continue;
    bin.rows += 1;
    bin.families[FAMILIES[catalog.class[index] ?? 0] ?? 'gap'] += 1;
    const build = pipeline.of[index] ?? 0;
    if (pipeline.names[build] === '') bin.without += 1;
    else if (lastBin[build] !== place) bin.builds += 1;
    lastBin[build] = place;
  }
  for (const [number, place, , rows, builds, without] of left?.bins ?? []) {
    const bin = bins[Math.floor((number * (left?.span ?? 0) - start) / span)];
    if (bin === undefined) continue;
    bin.rows += rows;
    bin.families[FAMILIES[place] ?? 'gap'] += rows;
    bin.builds += builds;
    bin.without += without;
  }
  return bins;
}

function spanOf({ from, to, max }: Period, left?: LeftFor): number {
  const least = left === undefined || left.rows === 0 ? 1 : left.span;
  const span = SPANS.find((ms) => ms >= least && Math.ceil(to / ms) - Math.floor(from / ms) <= max);
  return span ?? Math.ceil((to - from) / max / least) * least;
}
