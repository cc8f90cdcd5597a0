import { countText, dayText, FAMILIES, FAMILY_NAMES, numberText } from '../words.ts';
import type { Bin } from './bins.ts';
import { find, make } from './dom.ts';

/** Pixels. What is small is drawn larger than it is, so there is room above. */
const MOST = { up: 104, down: 40 } as const;
/** What is not explained is never too small to be seen. */
const LEAST = 4;

/** Draws bars: changes upwards by class, builds downwards. */
export function drawTimeline(bins: readonly Bin[], choose: (bin: Bin) => void): void {
  const most = Math.max(1, ...bins.map(({ rows, builds }) => Math.max(rows, builds)));
  const bars = bins.map((bin, index) => drawBar(bin, { most, label: labelOf(bins, index), choose }));
  const group = find('bars', HTMLElement);
  group.replaceChildren(...bars);
  const first = bars.find((bar) => !bar.disabled);
  if (first) first.tabIndex = 0;
  group.dataset['most'] = `${numberText(most)} at most`;
  find('bins', HTMLElement).replaceChildren(writeBins(bins));
}

/** Arrow keys go from bar to bar; only one of them takes part in the order of Tab. */
export function moveByKeys(group: HTMLElement): void {
  group.addEventListener('keydown', (event) => {
    const bars = [...group.querySelectorAll<HTMLButtonElement>('button:not(:disabled)')];
    const at = bars.findIndex((bar) => bar === document.activeElement);
    const places: Readonly<Record<string, number>> = {
      ArrowRight: at + 1,
      ArrowLeft: at - 1,
      Home: 0,
      End: bars.length - 1,
    };
    const next = bars[places[event.key] ?? -1];
    if (at === -1 || next === undefined) return;
    event.preventDefault();
    for (const bar of bars) bar.tabIndex = bar === next ? 0 : -1;
    next.focus();
  });
}

interface Drawing {
  readonly most: number;
  readonly label: string;
  readonly choose: (bin: Bin) => void;
}

function drawBar(bin: Bin, { most, label, choose }: Drawing): HTMLButtonElement {
  const piece = (family: string, count: number, pixels: number): HTMLElement | undefined => {
    if (count === 0) return undefined;
    const element = make('span', { class: `piece f-${family}` });
    element.style.height = `${String(Math.max(LEAST, (count / most) * pixels))}px`;
    return element;
  };
  const text = binText(bin);
  const bar = make(
    'button',
    {
      class: 'bar',
      attributes: { type: 'button', tabindex: '-1', 'aria-label': text, title: text },
      onClick: () => choose(bin),
    },
    make('span', { class: 'up' }, ...FAMILY_NAMES.map((name) => piece(name, bin.families[name], MOST.up)).reverse()),
    make('span', { class: 'down' }, piece('build', bin.builds, MOST.down)),
    make('span', { class: 'label', attributes: { 'aria-hidden': 'true' } }, label),
  );
  bar.disabled = bin.rows === 0;
  return bar;
}

/** Some bars are named below them: as many as there is room for. */
function labelOf(bins: readonly Bin[], index: number): string {
  const every = Math.ceil(bins.length / 6);
  const bin = bins[index];
  if (bin === undefined || index % every !== 0) return '';
  const day = bin.to - bin.from >= 86_400_000;
  return day ? dayText(bin.from).slice(5, 10) : dayText(bin.from).slice(5, 16);
}

function binText(bin: Bin): string {
  const families = FAMILY_NAMES.filter((name) => bin.families[name] > 0).map(
    (name) => `${numberText(bin.families[name])} ${FAMILIES[name].title}`,
  );
  return `${dayText(bin.from)} to ${dayText(bin.to)}: ${countText(bin.rows, 'row')} (${families.join(', ')}); ${countText(
    bin.builds,
    'build',
  )}, ${numberText(bin.without)} without a build`;
}

function writeBins(bins: readonly Bin[]): HTMLElement {
  const heads = [
    'From (UTC)',
    'Rows',
    ...FAMILY_NAMES.map((name) => FAMILIES[name].title),
    'Builds',
    'Without a build',
  ];
  const number = (count: number): HTMLElement => make('td', { class: 'number' }, count === 0 ? '' : numberText(count));
  return make(
    'table',
    {},
    make('thead', {}, make('tr', {}, ...heads.map((text) => make('th', { attributes: { scope: 'col' } }, text)))),
    make(
      'tbody',
      {},
      ...bins
        .filter(({ rows }) => rows > 0)
        .map((bin) =>
          make(
            'tr',
            {},
            make('th', { attributes: { scope: 'row' } }, dayText(bin.from)),
            number(bin.rows),
            ...FAMILY_NAMES.map((name) => number(bin.families[name])),
            number(bin.builds),
            number(bin.without),
          ),
        ),
    ),
  );
}
