import { describe, expect, it } from '@jest/globals';
import { readStoredToken } from '../../src/exchange/stored-token.ts';

describe('a token out of a secret store', () => {
  it.each([
    { name: 'as it is', value: 'vca_1', token: 'vca_1' },
    { name: 'with the line break of a file', value: 'vca_1\n', token: 'vca_1' },
    { name: 'with the line break of Windows', value: 'vca_1\r\n', token: 'vca_1' },
    { name: 'as long as it may be', value: 'x'.repeat(65_536), token: 'x'.repeat(65_536) },
  ])('is taken $name', ({ value, token }) => {
    expect(readStoredToken(value)?.reveal()).toBe(token);
  });

  it.each([
    { name: 'nothing', value: undefined },
    { name: 'a number', value: 12_345_678 },
    { name: 'an empty text', value: '' },
    { name: 'a line break alone', value: '\n' },
    { name: 'two line breaks', value: 'vca_1\n\n' },
    { name: 'a space before it', value: ' vca_1' },
    { name: 'a header in its second line', value: 'vca_1\r\nx-evil: 1' },
    { name: 'a letter beyond ASCII', value: 'vcä_1' },
    { name: 'a text that is too long', value: 'x'.repeat(65_537) },
  ])('is refused: $name', ({ value }) => {
    expect(readStoredToken(value)).toBeUndefined();
  });
});
