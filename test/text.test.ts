import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Secret } from '../src/secret.ts';
import { fromNameAscii, matchGlob, sameUuid, show, toAscii, toNameAscii, toPrintable } from '../src/text.ts';

describe('show', () => {
  it.each([
    { value: 'main', shown: '"main"' },
    { value: ['a', 1, null], shown: '["a",1,null]' },
    { value: undefined, shown: 'nothing' },
    { value: 'm\u0430in\n\u001b[31m', shown: '"m\\u0430in\\n\\u001b[31m"' },
    { value: '\u{1f680}', shown: '"\\ud83d\\ude80"' },
  ])('shows $shown', ({ value, shown }) => {
    expect(show(value)).toBe(shown);
  });

  it('cuts after secrets are out, so that no half of one is left', () => {
    const secret = new Secret('canary-of-a-value-that-is-shown');
    expect(show(`${'x'.repeat(60)}${secret.reveal()}`)).toBe(`"${'x'.repeat(60)}[redacted]"`);
  });

  it('cuts what is long', () => {
    expect(show('x'.repeat(1000))).toBe(`"${'x'.repeat(79)}…`);
    expect(show('x'.repeat(78))).toBe(`"${'x'.repeat(78)}"`);
  });
});

describe('toAscii', () => {
  it('leaves printable ASCII alone and escapes the rest', () => {
    expect(toAscii('a~ \\"')).toBe('a~ \\"');
    expect(toAscii('\t\r\n\u007f\u202e\u00e9')).toBe('\\u0009\\u000d\\u000a\\u007f\\u202e\\u00e9');
  });
});

describe('toNameAscii', () => {
  it('is printable ASCII that gives back every name, and no two names alike', () => {
    expect(toNameAscii('M\u00e4rz')).toBe('M\\u00e4rz');
    expect(toNameAscii('M\\u00e4rz')).toBe('M\\u005cu00e4rz');
    fc.assert(
      fc.property(
        fc.string({ unit: fc.oneof(fc.constantFrom('\\', 'u', '0', 'e'), fc.string({ unit: 'binary' })) }),
        (name) => {
          const ascii = toNameAscii(name);
          expect(ascii).toMatch(/^[\x20-\x7e]*$/);
          expect(fromNameAscii(ascii)).toBe(name);
        },
      ),
    );
  });
});

describe('toPrintable', () => {
  it('escapes what a terminal obeys and what turns the direction, and leaves every letter', () => {
    expect(toPrintable('a\u001b[31m\u009b1m\r\u0000\u007f')).toBe('a\\u001b[31m\\u009b1m\\u000d\\u0000\\u007f');
    expect(toPrintable('\u202e\u2028\u2066\u200f')).toBe('\\u202e\\u2028\\u2066\\u200f');
    expect(toPrintable('gr\u00f6\u00dfe \u{1f680}\n\t\u2192 \u2026')).toBe(
      'gr\u00f6\u00dfe \u{1f680}\n\t\u2192 \u2026',
    );
  });
});

describe('sameUuid', () => {
  const uuid = '9c7d3f0a-52b1-4e8e-8d3c-1f2a3b4c5d6e';

  it.each([
    { name: 'itself', other: uuid },
    { name: 'braces', other: `{${uuid}}` },
    { name: 'capitals', other: uuid.toUpperCase() },
    { name: 'both', other: `{${uuid.toUpperCase()}}` },
  ])('is the same with $name', ({ other }) => {
    expect(sameUuid(uuid, other)).toBe(true);
    expect(sameUuid(other, uuid)).toBe(true);
  });

  it.each([
    { name: 'another digit', other: uuid.replace('9', '8') },
    { name: 'one brace', other: `{${uuid}` },
    { name: 'two pairs of braces', other: `{{${uuid}}}` },
    { name: 'white space', other: ` ${uuid}` },
    { name: 'a Cyrillic a', other: uuid.replace('a', '\u0430') },
    { name: 'a full-width digit', other: uuid.replace('9', '\uff19') },
    { name: 'a hyphen of Unicode', other: uuid.replace('-', '\u2010') },
    { name: 'an invisible character', other: `${uuid}\u200b` },
    { name: 'nothing', other: '' },
  ])('is not the same with $name', ({ other }) => {
    expect(sameUuid(uuid, other)).toBe(false);
    expect(sameUuid(other, uuid)).toBe(false);
  });

  it('folds the case of ASCII alone', () => {
    expect('\u212a'.toLowerCase()).toBe('k');
    expect(sameUuid('k', '\u212a')).toBe(false);
  });

  it('takes nothing for the same as nothing', () => {
    expect(sameUuid('', '')).toBe(false);
    expect(sameUuid('{}', '')).toBe(false);
  });
});

/** What `*` means, by definition: slow, recursive, and with nothing in common with the code. */
function naive(glob: string, text: string): boolean {
  if (glob === '') return text === '';
  if (glob.startsWith('*')) return naive(glob.slice(1), text) || (text !== '' && naive(glob, text.slice(1)));
  return text !== '' && glob.charAt(0) === text.charAt(0) && naive(glob.slice(1), text.slice(1));
}

const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '/', '*'), maxLength: 8 });

describe('matchGlob', () => {
  it('agrees with the definition', () => {
    fc.assert(
      fc.property(pattern, fc.string({ unit: fc.constantFrom('a', 'b', '/', '*'), maxLength: 10 }), (glob, text) => {
        expect(matchGlob(glob, text)).toBe(naive(glob, text));
      }),
      { numRuns: 20_000 },
    );
  });

  it.each([
    ['*', '', true],
    ['a*a', 'a', false],
    ['a*a', 'aa', true],
    ['*ab*ab', 'ab', false],
    ['release/*', 'release/', true],
    ['release/*', 'Release/1', false],
    ['v.*', 'vx1', false],
    ['[ab]', 'a', false],
  ])('%j against %j is %j', (glob, text, expected) => {
    expect(matchGlob(glob, text)).toBe(expected);
  });

  it('takes no time for a pattern that is meant to take long', () => {
    const start = performance.now();
    expect(matchGlob(`${'a*'.repeat(8)}b`, 'a'.repeat(16 * 1024))).toBe(false);
    expect(matchGlob(`*${'a'.repeat(500)}b${'a'.repeat(500)}*`, 'a'.repeat(16 * 1024))).toBe(false);
    // Backtracking would take minutes; a busy machine takes tens of milliseconds.
    expect(performance.now() - start).toBeLessThan(1000);
  });
});

describe('a value nested deeper than the stack', () => {
  it('is named, and breaks nothing', () => {
    const deep: unknown = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`);
    expect(show(deep)).toBe('(nested too deeply to show)');
  });
});
