import { CLASSES } from '../../classes.ts';
import { CLASS_NAMES, familyOf, numberText } from '../words.ts';
import type { Catalog, Facet } from './catalog.ts';
import { find, make, mark } from './dom.ts';
import { countLeft } from './left.ts';
import { formatTime, parseTime, type State } from './state.ts';

/** How long the typing must rest before many rows are searched. */
const REST_MS = 150;
const PREPARED_ROWS = 500;
const ANY = ' any';

export interface Form {
  /** Shows what is filtered for. */
  show(state: State): void;
}

/** @param changed gets what the form says, without page and open row */
export function connectForm(catalog: Catalog, changed: (state: Omit<State, 'page' | 'open'>) => void): Form {
  const form = find('filter', HTMLFormElement);
  const boxes = writeClasses(catalog);
  const select = (name: string): HTMLSelectElement => form.elements.namedItem(name) as HTMLSelectElement;
  const input = (name: string): HTMLInputElement => form.elements.namedItem(name) as HTMLInputElement;
  fill(select('project'), catalog.project, 'All projects', (id) => projectName(catalog, id));
  fill(select('person'), catalog.person, 'Everyone', (name) => name || 'Nobody known');
  fill(select('target'), catalog.target, 'All targets', (name) => name || 'None');

  const read = (): Omit<State, 'page' | 'open'> => {
    const chosen = (name: 'project' | 'person' | 'target'): object =>
      select(name).value === ANY ? {} : { [name]: select(name).value };
    const time = (name: 'from' | 'to'): object => {
      const at = parseTime(input(name).value);
      return at === undefined ? {} : { [name]: at };
    };
    return {
      classes: CLASS_NAMES.filter((name) => boxes.get(name)?.checked),
      ...chosen('project'),
      ...chosen('person'),
      ...chosen('target'),
      ...time('from'),
      ...time('to'),
      text: input('q').value,
      production: input('production').checked,
      sort: (select('sort').value || 'newest') as State['sort'],
    };
  };
  listen(form, () => changed(read()));
  input('q').addEventListener('focus', () => prepare(catalog), { once: true });
  return {
    show: (state) => {
      for (const [name, box] of boxes) box.checked = state.classes.some((wanted) => wanted === name);
      for (const name of ['project', 'person', 'target'] as const) choose(select(name), state[name]);
      for (const name of ['from', 'to'] as const) {
        const at = state[name];
        input(name).value = at === undefined ? '' : formatTime(at);
      }
      // Not under the hands of who is typing.
      if (input('q').value !== state.text) input('q').value = state.text;
      input('production').checked = state.production;
      select('sort').value = state.sort === 'newest' ? '' : state.sort;
    },
  };
}

function listen(form: HTMLFormElement, changed: () => void): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  form.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(changed, REST_MS);
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    clearTimeout(timer);
    changed();
  });
  form.addEventListener('reset', () => {
    clearTimeout(timer);
    // The fields are empty after this event alone.
    timer = setTimeout(changed, 0);
  });
}

/** Reads the words of all rows in small pieces, so that they are there when the first of them is searched for. */
function prepare(catalog: Catalog, from = 0): void {
  const to = Math.min(catalog.rows.length, from + PREPARED_ROWS);
  for (let index = from; index < to; index += 1) catalog.haystack(index);
  if (to < catalog.rows.length) setTimeout(() => prepare(catalog, to));
}

function writeClasses(catalog: Catalog): ReadonlyMap<string, HTMLInputElement> {
  const counts = new Map<number, number>();
  for (const place of catalog.class) counts.set(place, (counts.get(place) ?? 0) + 1);
  const left = catalog.left && countLeft(catalog.left);
  const boxes = new Map<string, HTMLInputElement>();
  const labels = CLASS_NAMES.flatMap((name, place) => {
    const [count, more] = [counts.get(place) ?? 0, left?.get(place) ?? 0];
    if (count + more === 0) return [];
    const box = make('input', { attributes: { type: 'checkbox', name: 'class', value: name } });
    boxes.set(name, box);
    const text = more === 0 ? numberText(count) : `${numberText(count)} of ${numberText(count + more)}`;
    const shown = make('span', { class: 'count' }, text);
    return [make('label', { class: 'chip' }, box, mark(familyOf(name)), ` ${CLASSES[name].title} `, shown)];
  });
  find('classes-filter', HTMLFieldSetElement).append(...labels);
  return boxes;
}

function fill(select: HTMLSelectElement, facet: Facet, all: string, write: (name: string) => string): void {
  select.append(new Option(all, ANY), ...facet.names.map((name) => new Option(write(name), name)));
}

/** What a handed-on view asks for may not be there: it is shown all the same, and nothing is found. */
function choose(select: HTMLSelectElement, value: string | undefined): void {
  const wanted = value ?? ANY;
  if (![...select.options].some((option) => option.value === wanted)) select.append(new Option(wanted, wanted));
  select.value = wanted;
}

function projectName({ projects }: Catalog, id: string): string {
  return projects[id] ?? (id || 'None');
}
