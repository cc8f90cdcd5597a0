import type { AuditClass } from '../../classes.ts';
import { CLASS_NAMES } from '../words.ts';

/** What of the list is shown. It stands in the address behind `#`, so that a view can be handed on. */
export interface State {
  /** Empty: every class. */
  readonly classes: readonly AuditClass[];
  readonly project?: string | undefined;
  /** Empty: of nobody that is known. */
  readonly person?: string | undefined;
  readonly target?: string | undefined;
  readonly text: string;
  readonly production: boolean;
  /** Milliseconds since 1970; `from` is in it, `to` is not. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly sort: 'newest' | 'oldest' | 'worst';
  /** From 0. */
  readonly page: number;
  /** Whose evidence is open: `<kind>:<id>`. */
  readonly open?: string | undefined;
}

export const EVERYTHING: State = { classes: [], text: '', production: false, sort: 'newest', page: 0 };
const MAX_TEXT = 200;

/** @param hash with its `#`; undefined where it is no view but a place in the page */
export function parseHash(hash: string): State | undefined {
  const bare = hash.replace(/^#/, '');
  if (bare !== '' && !bare.includes('=')) return undefined;
  const values = new URLSearchParams(bare);
  const named = new Set(values.get('class')?.split(','));
  const sort = values.get('sort');
  return {
    classes: CLASS_NAMES.filter((name) => named.has(name)),
    ...given('project', values.get('project')),
    ...given('person', values.get('person')),
    ...given('target', values.get('target')),
    text: (values.get('q') ?? '').slice(0, MAX_TEXT),
    production: values.get('production') === '1',
    ...given('from', parseTime(values.get('from'))),
    ...given('to', parseTime(values.get('to'))),
    sort: sort === 'oldest' || sort === 'worst' ? sort : 'newest',
    page: Math.max(0, Math.trunc(Number(values.get('page') ?? 1)) - 1) || 0,
    ...given('open', values.get('row')),
  };
}

export function formatHash(state: State): string {
  const { classes, project, person, target, text, production, from, to, sort, page, open } = state;
  const values = new URLSearchParams();
  if (classes.length > 0) values.set('class', classes.join(','));
  if (project !== undefined) values.set('project', project);
  if (person !== undefined) values.set('person', person);
  if (target !== undefined) values.set('target', target);
  if (text !== '') values.set('q', text);
  if (production) values.set('production', '1');
  if (from !== undefined) values.set('from', formatTime(from));
  if (to !== undefined) values.set('to', formatTime(to));
  if (sort !== 'newest') values.set('sort', sort);
  if (page > 0) values.set('page', String(page + 1));
  if (open !== undefined) values.set('row', open);
  const hash = values.toString().replaceAll('%3A', ':').replaceAll('%2C', ',');
  return hash === '' ? '' : `#${hash}`;
}

/** As an input of local time wants it, though it is UTC: `2026-11-03T14:05:09`. */
export function formatTime(at: number): string {
  return new Date(at).toISOString().replace(/\.\d+Z$/, '');
}

/** Undefined where it is no time. */
export function parseTime(text: string | null): number | undefined {
  if (text === null || !/^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?$/.test(text)) return undefined;
  const at = Date.parse(`${text}Z`);
  return Number.isNaN(at) ? undefined : at;
}

function given<Name extends string, Value>(name: Name, value: Value | null | undefined): { [key in Name]?: Value } {
  return value === null || value === undefined ? {} : ({ [name]: value } as { [key in Name]: Value });
}
