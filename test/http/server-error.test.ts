import { describe, expect, it } from '@jest/globals';
import { cleanText } from '../../src/http/index.ts';
import { Secret } from '../../src/secret.ts';

describe('a text of a server', () => {
  it.each([
    ['a line break', 'a\r\nb'],
    ['an escape sequence', 'a\u001bb'],
    ['the one-letter form of an escape sequence', 'a\u009bb'],
    ['a line separator', 'a\u2028b'],
    ['an override of the direction', 'a\u202eb'],
    ['an isolate of the direction', 'a\u2066b'],
  ])('is printed without %s', (_, text) => {
    expect(cleanText(text)).toBe('a b');
  });

  it('is cut after its secrets are out, so that no half of one is left', () => {
    const secret = new Secret('canary-of-a-server-error');
    expect(cleanText(`xx${secret.reveal()}`, 10)).toBe('xx[redacte');
  });
});
