import { describe, expect, it } from '@jest/globals';
import { nextDates } from '../../src/boundary/renew-dates.ts';

/** The last second of a day, UTC: a local day would be another one in half of the world. */
const NOW = Date.UTC(2026, 10, 24, 23, 59, 59);

describe('the next dates', () => {
  it.each([
    { name: 'live as long as before', before: { issued: '2026-09-01', expires: '2026-09-15' }, expires: '2026-12-08' },
    {
      name: 'live for their day alone, where they did',
      before: { issued: '2026-09-01', expires: '2026-09-01' },
      expires: '2026-11-24',
    },
    {
      name: 'cross a leap day as a day',
      before: { issued: '2024-02-28', expires: '2024-03-01' },
      expires: '2026-11-26',
    },
    { name: 'are 30 days apart where there were none', before: {}, expires: '2026-12-24' },
    { name: 'are 30 days apart where the life was open', before: { issued: '2026-09-01' }, expires: '2026-12-24' },
    {
      name: 'are 30 days apart where the beginning was unknown',
      before: { expires: '2026-09-02' },
      expires: '2026-12-24',
    },
  ])('$name', ({ before, expires }) => {
    expect(nextDates(before, NOW)).toEqual({ issued: '2026-11-24', expires });
  });

  it('take the days that are asked for, whatever was before', () => {
    const before = { issued: '2026-09-01', expires: '2026-09-15' };
    expect(nextDates(before, NOW, 90)).toEqual({ issued: '2026-11-24', expires: '2027-02-22' });
    expect(nextDates(before, NOW, 3660).expires).toBe('2036-12-01');
  });

  it.each([0, -1, 1.5, 3661, Number.NaN])('refuse %p days', (days) => {
    expect(() => nextDates({}, NOW, days)).toThrow(
      expect.objectContaining({
        code: 'USAGE',
        got: `--days ${String(days)}`,
        wanted: 'a whole number of days from 1 to 3660',
      }),
    );
  });
});
