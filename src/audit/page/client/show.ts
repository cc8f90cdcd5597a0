import type { Row } from '../../types.ts';
import type { PageFacts } from '../format.ts';
import { makeBins } from './bins.ts';
import { select, type Catalog } from './catalog.ts';
import { connectDialog } from './dialog.ts';
import { find } from './dom.ts';
import { connectForm } from './form.ts';
import { selectLeft, timelineLine } from './left.ts';
import { EVERYTHING, formatHash, parseHash, type State } from './state.ts';
import { connectRows } from './rows.ts';
import { drawTimeline, moveByKeys } from './timeline.ts';

const WIDE_BARS = 60;
const NARROW_BARS = 26;

/** Keeps address, form, timeline, list and evidence at one state. */
export function showList(catalog: Catalog, facts: PageFacts): void {
  let state: State | undefined;
  const go = (next: State): void => {
    const before = state;
    state = next;
    history.replaceState(null, '', formatHash(next) || location.pathname + location.search);
    if (filterOf(before) !== filterOf(next)) {
      selected = select(catalog, next);
      form.show(next);
      showBars();
      list.show(next, selected);
    } else if (before?.page !== next.page) list.show(next, selected);
    if (before?.open !== next.open) dialog.show(next.open, findRow(catalog, next.open));
  };
  const change = (part: Partial<State>): void => go({ ...(state ?? EVERYTHING), ...part });
  let selected: Uint32Array = new Uint32Array();
  const dialog = connectDialog(facts, () => change({ open: undefined }));
  const form = connectForm(catalog, (filter) => go({ ...EVERYTHING, ...filter }));
  const list = connectRows(catalog, facts, change);
  const showBars = connectBars(catalog, facts, () => state ?? EVERYTHING, change);
  followAddress(go);
}

/** What decides which rows are in the list. */
function filterOf(state: State | undefined): string {
  return state === undefined ? '' : `#${formatHash({ ...state, page: 0, open: undefined })}`;
}

function connectBars(
  catalog: Catalog,
  facts: PageFacts,
  state: () => State,
  change: (part: Partial<State>) => void,
): () => void {
  const narrow = matchMedia('(max-width: 640px)');
  const whole = find('whole', HTMLButtonElement);
  const show = (): void => {
    const { from = facts.since, to = facts.until } = state();
    const timed = select(catalog, state(), true);
    const left = catalog.left && selectLeft(catalog.left, state());
    const period = { from, to, max: narrow.matches ? NARROW_BARS : WIDE_BARS };
    const bins = makeBins(catalog, timed, period, left?.isKnown ? left : undefined);
    if (left) find('timeline-left', HTMLElement).textContent = timelineLine(left);
    drawTimeline(bins, (bin) => {
      change({ from: bin.from, to: bin.to, page: 0 });
      whole.focus();
    });
    whole.hidden = state().from === undefined && state().to === undefined;
  };
  moveByKeys(find('bars', HTMLElement));
  narrow.addEventListener('change', show);
  whole.addEventListener('click', () => {
    change({ from: undefined, to: undefined, page: 0 });
    find('bars', HTMLElement).querySelector<HTMLElement>('[tabindex="0"]')?.focus();
  });
  return show;
}

/** A view that was handed on, a link in the figures, and the browser's own back and forward. */
function followAddress(go: (state: State) => void): void {
  const follow = (): void => {
    const state = parseHash(location.hash);
    if (state) go(state);
  };
  const first = parseHash(location.hash);
  go(first ?? EVERYTHING);
  addEventListener('hashchange', () => {
    follow();
    if (location.hash.includes('=') && !location.hash.includes('row=')) find('rows-title', HTMLElement).focus();
  });
}

function findRow({ rows }: Catalog, key: string | undefined): Row | undefined {
  if (key === undefined) return undefined;
  const id = key.slice(key.indexOf(':') + 1);
  for (let index = 0; index < rows.length; index += 1) {
    if (rows.cell('id', index) === id && `${String(rows.cell('kind', index))}:${id}` === key) return rows.row(index);
  }
  return undefined;
}
