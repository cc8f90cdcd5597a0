import type { LeftBin, LeftOut } from '../format.ts';
import { CLASS_NAMES, countText, dayText, durationText, numberText } from '../words.ts';
import type { State } from './state.ts';

/** What a filter finds among the rows that the page leaves out. */
export interface LeftFor {
  /** How many at most. */
  readonly rows: number;
  /** False where it asks for what is not known of them: then no more is known than `rows`. */
  readonly isKnown: boolean;
  readonly span: number;
  readonly bins: readonly LeftBin[];
}

/** Of rows that are left out only class, kind of target and a span of time are known. */
export function selectLeft({ span, bins }: LeftOut, state: State): LeftFor {
  const { classes, production, from = -Infinity, to = Infinity } = state;
  const places = new Set(classes.map((name) => CLASS_NAMES.indexOf(name)));
  const fitting = bins.filter(
    ([bin, place, ofProduction]) =>
      (places.size === 0 || places.has(place)) &&
      (!production || ofProduction === 1) &&
      bin * span < to &&
      (bin + 1) * span > from,
  );
  const asksMore = [state.project, state.person, state.target].some((name) => name !== undefined);
  return {
    ...{ span, bins: fitting, rows: fitting.reduce((sum, [, , , rows]) => sum + rows, 0) },
    isKnown: !asksMore && state.text.trim() === '',
  };
}

/** How many rows of a class are left out, by its place in the list of classes. */
export function countLeft({ bins }: LeftOut): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (const [, place, , rows] of bins) counts.set(place, (counts.get(place) ?? 0) + rows);
  return counts;
}

/** What the list is to say of rows that fit and are not in it. */
export function leftLine({ rows, isKnown, span }: LeftFor, { from, to }: State): string {
  if (rows === 0) return 'No row that fits is left out of this page.';
  const isWhole = [from, to].every((at) => at === undefined || at % span === 0);
  if (isKnown && isWhole) return `${countText(rows, 'more row', 'more rows')} that fit are left out of this page.`;
  return `Up to ${countText(rows, 'more row', 'more rows')} may fit: the filter cannot look at what is left out of this page.`;
}

/** What the timeline is to say of them. */
export function timelineLine({ rows, isKnown, span, bins }: LeftFor): string {
  if (rows === 0) return 'The timeline shows every row that fits.';
  if (isKnown) {
    return `The timeline counts ${countText(rows, 'row')} that ${rows === 1 ? 'is' : 'are'} left out of this page, by ${durationText(span)}; a build of theirs may be counted twice.`;
  }
  const last = Math.max(...bins.map(([bin]) => bin)) + 1;
  return `The timeline shows rows of this page alone, because this filter cannot look at the ${numberText(rows)} left out. It is whole from ${dayText(last * span)} UTC on.`;
}
