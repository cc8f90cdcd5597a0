import fc from 'fast-check';
import { describe, expect, it } from '@jest/globals';
import { writeEnvironmentFile } from '../../src/deploy/environment-file.ts';
import { readDotenv16, readDotenv4 } from './support/dotenv.ts';

function write(values: Readonly<Record<string, string>>, sensitive: readonly string[] | undefined = []): string {
  return writeEnvironmentFile(values, sensitive).text;
}

const EXACT = [
  { name: 'a word', value: 'production' },
  { name: 'nothing', value: '' },
  { name: 'a space', value: 'a b' },
  { name: 'dollars', value: '$HOME ${X} $$' },
  { name: 'double quotes', value: 'say "hi"' },
  { name: 'double quotes at both ends', value: '"quoted"' },
  { name: 'JSON', value: '{"a":"b","c":[1]}' },
  { name: 'JSON with an escape', value: '{"key":"-----BEGIN\\nabc\\nEND-----"}' },
  { name: 'a single quote', value: "it's" },
  { name: 'single quotes at both ends', value: "'quoted'" },
  { name: 'backticks', value: '`x`' },
  { name: 'a hash', value: 'a # b' },
  { name: 'a hash behind a double quote', value: 'a"b # c' },
  { name: 'an equals sign', value: 'a=b==' },
  { name: 'a backslash at the end', value: 'C:\\' },
  { name: 'a backslash before an n', value: 'C:\\new' },
  { name: 'line breaks', value: '-----BEGIN KEY-----\nabc\n-----END KEY-----' },
  { name: 'other letters', value: 'ключ 鍵 🔑' },
];

const SIGNS = ['a', ' ', "'", '"', '`', '$', '#', '=', '\\', 'n', 'r', '{', '\n', '\r', '\t', '\u2028', 'é'];

describe('a value', () => {
  it.each(EXACT)('with $name is read as it is, by dotenv of old and of today', ({ value }) => {
    const { text, inexact } = writeEnvironmentFile({ A: value, Z: 'after' }, []);
    expect(inexact).toEqual([]);
    expect(readDotenv4(text)).toEqual({ A: value, Z: 'after' });
    expect(readDotenv16(text)).toEqual({ A: value, Z: 'after' });
  });

  it.each([
    { name: 'white space at its end', value: 'pem\n' },
    { name: 'white space at its beginning', value: ' a' },
    { name: 'a carriage return', value: 'a\r\nb' },
    { name: 'a line break and a backslash before an n', value: 'a\nC:\\new' },
    { name: 'a separator of lines', value: 'a\u2028b' },
  ])('with $name is named, as the dotenv of `vercel build` cannot read it', ({ value }) => {
    const { text, inexact } = writeEnvironmentFile({ A: value, Z: 'after' }, []);
    expect(inexact).toEqual(['A']);
    expect(readDotenv4(text)['A']).not.toBe(value);
    expect(readDotenv4(text)['Z']).toBe('after');
  });

  it('of any text is read as it is, or is named; and no other one suffers', () => {
    const texts = fc.array(fc.constantFrom(...SIGNS), { maxLength: 12 }).map((signs) => signs.join(''));
    fc.assert(
      fc.property(texts, texts, (first, second) => {
        const { text, inexact } = writeEnvironmentFile({ A: first, B: second, C: 'c' }, []);
        const read = readDotenv4(text);
        expect(read['C']).toBe('c');
        for (const [name, value] of [['A', first] as const, ['B', second] as const]) {
          expect({ name, exact: read[name] === value }).toEqual({ name, exact: !inexact.includes(name) });
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe('the file', () => {
  it('is sorted, and says what it is', () => {
    expect(write({ B: '2', A: '1' })).toBe(
      `# Values of environment variables, written by COMMAND: pull. Not to be committed, and not to be kept.\nA="1"\nB="2"\n`,
    );
  });

  it('leaves out the credential of the project, and what a build ignores', () => {
    const { text, names } = writeEnvironmentFile({ VERCEL_OIDC_TOKEN: 'eyJ', VERCEL_ANALYTICS_ID: 'x', A: '1' }, []);
    expect(names).toEqual(['A']);
    expect(text).not.toMatch(/OIDC|ANALYTICS/);
  });

  it('leaves out what is sensitive, and names it', () => {
    const { text, names, sensitive } = writeEnvironmentFile({ KEY: '', EMPTY: '', A: '1' }, ['KEY', 'UNREAD']);
    expect({ names, sensitive }).toEqual({ names: ['A', 'EMPTY'], sensitive: ['KEY', 'UNREAD'] });
    expect(text).not.toContain('KEY=');
  });

  it('takes every empty value for one that nobody may read, where it is not known which those are', () => {
    expect(writeEnvironmentFile({ KEY: '', A: '1' }, undefined)).toMatchObject({ names: ['A'], sensitive: ['KEY'] });
  });

  it.each(['A B', 'A\nPATH', 'A=', '', '1A', 'é'])('leaves out what is no name: %j', (name) => {
    const { text, unfit } = writeEnvironmentFile({ [name]: 'x', Z: '1' }, []);
    expect(unfit).toEqual([name]);
    expect(text.split('\n').slice(1)).toEqual(['Z="1"', '']);
  });
});
