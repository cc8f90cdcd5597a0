import { expect, it } from '@jest/globals';
import { ASKED, SPOOLED } from '../../src/audit/collect/index.ts';
import { tellEarlier } from '../../src/audit/earlier.ts';

const part = (name: string, lines = 0, done = false): { name: string; lines: number; done: boolean } => ({
  ...{ name, lines, done },
});

it('tells of each population what an earlier run has read of it, and when', () => {
  const names = ['deployments', 'tokens', ASKED.steps, SPOOLED.merged, ASKED.reviews, 'pipelines'];
  const populations = names.map((name, at) => part(name, at, at % 2 === 0));
  const told = tellEarlier({ keptAt: Date.parse('2026-11-25T12:00:00Z'), populations });
  const head = 'Read by an earlier run, left at 2026-11-25T12:00:00.000Z and taken as it was (--resume): ';
  expect(told.map(({ name, notes }) => [name, notes?.map((note) => note.replace(head, ''))])).toEqual([
    ['deployments', ['0 lines of deployments, to their end.']],
    ['vercel-policies', ['1 line of tokens.']],
    ['steps', ['2 lines of asked-steps, to their end.']],
    ['reviews', [`3 lines of ${SPOOLED.merged}; 4 lines of ${ASKED.reviews}, to their end.`]],
    ['pipelines', ['5 lines of pipelines.']],
  ]);
  // It adds no number, and nothing is missing for it.
  expect(told.every(({ seen, missing }) => seen === 0 && missing.length === 0)).toBe(true);
});

it('leaves out nothing that it does not know, and no time that is not there', () => {
  const populations = [part('single-deployments', 2), part('projects', 1, true), part('new-things', 7)];
  expect(tellEarlier({ keptAt: undefined, populations })).toEqual([
    {
      ...{ name: 'deployments', seen: 0, missing: [] },
      notes: [
        'Read by an earlier run, left at a time that is not told and taken as it was (--resume): 2 lines of single-deployments; 1 line of projects, to their end; 7 lines of new-things.',
      ],
    },
  ]);
  expect(tellEarlier({ keptAt: 1, populations: [] })).toEqual([]);
});
