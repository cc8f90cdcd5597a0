import type { PageFacts } from '../format.ts';
import { countText, numberText } from '../words.ts';
import type { Catalog } from './catalog.ts';
import { find } from './dom.ts';
import { leftLine, selectLeft } from './left.ts';
import { EVERYTHING, type State } from './state.ts';
import { rowKey, writePager, writeTable } from './table.ts';

const PAGE_ROWS = 50;
/** As many rows go on paper; more are nothing to be read. */
const PRINT_ROWS = 2000;

/** The list, page by page; on paper without pages. */
export function connectRows(
  catalog: Catalog,
  facts: PageFacts,
  change: (part: Partial<State>) => void,
): { show(state: State, selected: Uint32Array): void } {
  let shown: { readonly state: State; readonly selected: Uint32Array } = {
    state: EVERYTHING,
    selected: new Uint32Array(),
  };
  const showRows = (from: number, count: number): void => {
    const { selected, state } = shown;
    const rows = [...selected.slice(from, from + count)].map((index) => catalog.rows.row(index));
    const table = writeTable(rows, facts, (row) => change({ open: rowKey(row) }));
    find('rows', HTMLTableElement).replaceChildren(...table);
    find('count', HTMLElement).textContent = [
      countLine(catalog, selected.length, from, count),
      ...(catalog.left ? [leftLine(selectLeft(catalog.left, state), state)] : []),
    ].join(' ');
  };
  const showPage = (): void => {
    const pages = Math.max(1, Math.ceil(shown.selected.length / PAGE_ROWS));
    const page = Math.min(shown.state.page, pages - 1);
    showRows(page * PAGE_ROWS, PAGE_ROWS);
    const pager = find('pager', HTMLElement);
    const turn = (to: number, name: string): void => {
      change({ page: to });
      const buttons = [...pager.querySelectorAll<HTMLButtonElement>('button:not(:disabled)')];
      (buttons.find(({ textContent }) => textContent === name) ?? buttons[0])?.focus();
    };
    pager.replaceChildren(...writePager(page, pages, turn));
  };
  addEventListener('beforeprint', () => showRows(0, PRINT_ROWS));
  addEventListener('afterprint', showPage);
  return {
    show: (state, selected) => {
      shown = { state, selected };
      showPage();
    },
  };
}

function countLine({ rows, left }: Catalog, found: number, from: number, count: number): string {
  const held = `${countText(rows.length, 'row')}${left ? ' of this page' : ''}`;
  const whole = left ? `All ${held}` : held;
  const all = found === rows.length ? whole : `${numberText(found)} of ${left ? 'the ' : ''}${held}`;
  if (found === 0) return `${all}: nothing fits the filter.`;
  if (found <= count) return `${all}.`;
  return `${all}; here ${numberText(from + 1)} to ${numberText(Math.min(found, from + count))}.`;
}
