import type { Row } from '../../../../src/audit/types.ts';
import { makeRow, UNTIL, WHOLE_ROW } from './samples.ts';

const production = { target: 'production', production: true } as const;
const { deployment, record, build, review, exception } = WHOLE_ROW;
const of = (name: string): Partial<Row> => ({ deployment: { ...deployment, id: name }, record });
/** Rows of a month, and one of the next: for the questions of docs/audit-at-scale.md. */
export const ROWS: readonly Row[] = [
  makeRow(1, { ...production, ...of('dpl_1'), build, review, person: 'Ann' }),
  makeRow(2, { ...production, ...of('dpl_2'), build, review: { pullRequest: 13, author: 'Ann', approvedBy: ['Ann'] } }),
  makeRow(3, { ...production, ...of('dpl_3'), record: { ...record, assurance: 'held-token' }, build }),
  makeRow(4, { class: 'UNEXPLAINED', deployment: { id: 'dpl_4', readyState: 'READY', source: 'git' }, person: 'Bob' }),
  makeRow(5, { class: 'UNEXPLAINED', deployment: { id: 'dpl_5', readyState: 'READY', source: 'git' }, person: 'Bob' }),
  makeRow(6, { ...production, class: 'EXCEPTION', instead: 'UNEXPLAINED', exception }),
  makeRow(7, { ...production, kind: 'change', id: 'uev_7', class: 'FORGED_LINK', change: 'promotion' }),
  makeRow(8),
  makeRow(9, { ...production, ...of('dpl_9'), build, review, at: UNTIL }),
];
