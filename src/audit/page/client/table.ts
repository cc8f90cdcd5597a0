import { CLASSES } from '../../classes.ts';
import type { Row } from '../../types.ts';
import type { PageFacts } from '../format.ts';
import { familyOf, kindText, numberText, timeText } from '../words.ts';
import { button, make, mark } from './dom.ts';

const HEADS = ['Class', 'Time (UTC)', 'What', 'Project', 'Person', 'Build', 'Why'];

/** @param open shows the evidence of a row */
export function writeTable(rows: readonly Row[], facts: PageFacts, open: (row: Row) => void): readonly HTMLElement[] {
  const head = make(
    'tr',
    { attributes: { role: 'row' } },
    ...HEADS.map((text) => make('th', { attributes: { scope: 'col', role: 'columnheader' } }, text)),
  );
  return [
    make('thead', { attributes: { role: 'rowgroup' } }, head),
    make('tbody', { attributes: { role: 'rowgroup' } }, ...rows.map((row) => writeRow(row, facts, open))),
  ];
}

export function rowKey({ kind, id }: Pick<Row, 'kind' | 'id'>): string {
  return `${kind}:${id}`;
}

function writeRow(row: Row, { projects }: PageFacts, open: (row: Row) => void): HTMLElement {
  const family = familyOf(row.class);
  const cell = (name: string, ...children: readonly (Node | string | undefined)[]): HTMLElement =>
    make('td', { class: `c-${name.toLowerCase()}`, attributes: { role: 'cell' } }, ...children);
  const opener = button(row.deployment?.url ?? row.id, () => open(row), 'open');
  opener.dataset['key'] = rowKey(row);
  const { build } = row;
  return make(
    'tr',
    {
      attributes: { role: 'row' },
      onClick: ({ target }) => {
        // Text that is being selected is no click.
        if (target !== opener && getSelection()?.isCollapsed !== false) open(row);
      },
    },
    cell('Class', mark(family), ` ${CLASSES[row.class].title}`),
    cell('Time', timeText(row.at)),
    make(
      'th',
      { class: 'c-what', attributes: { scope: 'row', role: 'rowheader' } },
      opener,
      make('span', { class: 'small' }, `${kindText(row)}${row.target === '' ? '' : `, ${row.target}`}`),
    ),
    cell('Project', projects[row.projectId] ?? row.projectId),
    cell('Person', row.person ?? '\u2013'),
    cell(
      'Build',
      build ? `${build.buildNumber === undefined ? 'build' : `#${String(build.buildNumber)}`} ` : '\u2013',
      build
        ? make('span', { class: 'small' }, [build.repository, build.commit?.slice(0, 8)].filter(Boolean).join(' '))
        : undefined,
    ),
    cell('Why', whyText(row)),
  );
}

function whyText({ reasons, exception, record }: Row): string {
  if (exception) return `${exception.ticket}: ${exception.reason}`;
  return reasons[0] ?? (record?.grant === undefined ? '' : `by grant ${record.grant}`);
}

/** Buttons that turn the pages; the one that was used keeps the focus as long as it can. */
export function writePager(page: number, pages: number, turn: (page: number, name: string) => void): HTMLElement[] {
  if (pages <= 1) return [];
  const step = (name: string, to: number): HTMLButtonElement => {
    const element = button(name, () => turn(to, name));
    element.disabled = to < 0 || to >= pages || to === page;
    return element;
  };
  return [
    step('First', 0),
    step('Previous', page - 1),
    make('span', {}, `Page ${numberText(page + 1)} of ${numberText(pages)}`),
    step('Next', page + 1),
    step('Last', pages - 1),
  ];
}
