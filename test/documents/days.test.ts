import { expect, it } from '@jest/globals';
import { findDayFaults } from '../../src/documents/index.ts';

it.each(['2026-02-28', '2028-02-29', '2000-02-29', '2026-12-31'])('%s is a day', (date) => {
  expect(findDayFaults(['a'], date)).toEqual([]);
});

it.each(['2026-02-29', '1900-02-29', '2026-04-31', '2026-13-01', '2026-00-10', '2026-01-00', '2026-01-32'])(
  '%s is none',
  (date) => {
    expect(findDayFaults(['a', '0'], date)).toEqual([
      { path: ['a', '0'], what: `"${date}" is no day`, wanted: 'a day of the calendar' },
    ]);
  },
);

it.each([undefined, 20260101, '2026-1-1', 'soon'])('%s is for the schema to judge', (date) => {
  expect(findDayFaults(['a'], date)).toEqual([]);
});
