import { describe, expect, it } from '@jest/globals';
import { EXIT_STATUS, PipeError } from '../src/errors.ts';

describe('PipeError', () => {
  it('tells everything that a reader acts on, the code word first', () => {
    const error = new PipeError({
      code: 'TOKEN_INVALID',
      message: 'The token is for another audience.',
      faults: ['one', '  more of one', 'two'],
      got: 'aud a',
      wanted: 'aud b',
      fix: 'oidc:\n  audiences: [b]',
    });
    expect(error.describe()).toBe(
      [
        'TOKEN_INVALID: The token is for another audience.',
        '  - one',
        '      more of one',
        '  - two',
        '  got:    aud a',
        '  wanted: aud b',
        '  fix:    oidc:',
        '            audiences: [b]',
      ].join('\n'),
    );
    expect(error.exitStatus).toBe(4);
  });

  it('holds nothing that a terminal would obey, whoever wrote its texts', () => {
    const odd = 'a\u001b[2J\u202eb';
    const error = new PipeError({
      code: 'USAGE',
      message: odd,
      got: odd,
      wanted: odd,
      fix: `${odd}\n${odd}`,
      faults: [odd],
    });
    expect(error.describe().replaceAll('a\\u001b[2J\\u202eb', '-')).toBe(
      ['USAGE: -', '  - -', '  got:    -', '  wanted: -', '  fix:    -', '          -'].join('\n'),
    );
  });

  it('tells so many faults as somebody reads, and how many are left', () => {
    const faults = Array.from({ length: 203 }, (_, index) => `fault ${String(index)}`);
    const lines = new PipeError({ code: 'USAGE', message: 'No.', faults }).describe().split('\n');
    expect(lines.slice(-2)).toEqual(['  - fault 199', '  - and 3 more']);
    expect(lines).toHaveLength(202);
  });

  it('has a status of the table for every code', () => {
    const statuses = new Set<number>(Object.values(EXIT_STATUS));
    expect([...statuses].sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 70, 130, 143]);
  });
});
