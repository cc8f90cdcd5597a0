import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { EVERYTHING, formatHash, parseHash, type State } from '../../../../src/audit/page/client/state.ts';
import { CLASS_NAMES } from '../../../../src/audit/page/words.ts';

const text = fc.string({ maxLength: 30, unit: 'binary' }).filter((value) => value.isWellFormed());
const seconds = fc.integer({ min: 0, max: 4e9 }).map((value) => value * 1000);
const states: fc.Arbitrary<State> = fc.record(
  {
    classes: fc.subarray(CLASS_NAMES),
    text,
    production: fc.boolean(),
    sort: fc.constantFrom('newest', 'oldest', 'worst'),
    page: fc.nat(5000),
    project: text,
    person: text,
    target: text,
    from: seconds,
    to: seconds,
    open: text,
  },
  { requiredKeys: ['classes', 'text', 'production', 'sort', 'page'] },
);

describe('the address of a view', () => {
  it('gives back any view', () => {
    fc.assert(fc.property(states, (state) => expect(parseHash(formatHash(state))).toEqual(state)));
  });

  it('is empty for everything', () => {
    expect(formatHash(EVERYTHING)).toBe('');
    expect(parseHash('')).toEqual(EVERYTHING);
  });

  it('tells nobody known from everyone', () => {
    expect(parseHash('#production=1&person=')).toEqual({ ...EVERYTHING, production: true, person: '' });
  });

  it.each(['#populations', '#rows-title'])('is none in %s, a place in the page', (hash) => {
    expect(parseHash(hash)).toBeUndefined();
  });

  it.each([
    '#class=NONSENSE,<b>',
    '#page=-3',
    '#page=1e99x',
    '#from=yesterday',
    '#from=2026-02-31T99:00',
    '#sort=up',
    '#x=1',
  ])('takes nothing from %s', (hash) => expect(parseHash(hash)).toEqual(EVERYTHING));
});
