import { describe, expect, it } from '@jest/globals';
import { parseStrictJson } from '../../src/record/strict-json.ts';
import { refusal } from './support/records.ts';

describe('parseStrictJson', () => {
  it.each([
    '{"a":1,"b":{"a":2},"c":[{"a":3},{"a":4}]}',
    '{"a":"{\\"a\\":1,\\"a\\":2}","b":"}{"}',
    '{"a":"\\\\","b":"\\\\\\"a\\":"}',
    '["a","a",":","a"]',
    '{ "a" : "a" , "b" : [ "a" ] }',
    '"a"',
    ' 12 ',
    `${'['.repeat(32)}${']'.repeat(32)}`,
  ])('takes %s', (text) => {
    expect(parseStrictJson(text, 'it')).toEqual(JSON.parse(text));
  });

  it.each([
    { text: '{"a":1,"a":1}', got: '"a"' },
    { text: '{"a":1,"b":{},"a":2}', got: '"a"' },
    { text: '{"b":[{"a":1,"c":{"a":2},"a":3}]}', got: '"a"' },
    { text: '{"a":1,"\\u0061":2}', got: '"a"' },
    { text: '{"a" \n:1, "a"\t:2}', got: '"a"' },
    { text: '{"":1,"":2}', got: '""' },
    { text: '{"__proto__":1,"__proto__":2}', got: '"__proto__"' },
    { text: '{"a\\"":1,"a\\"":2}', got: '"a\\""' },
    { text: '[{"x":[]},{"x":[],"x":[]}]', got: '"x"' },
  ])('refuses a key that stands twice: $text', ({ text, got }) => {
    const error = refusal('RECORD_INVALID', () => parseStrictJson(text, 'it'));
    expect(error.message).toBe('A key stands twice in one object of it.');
    expect(error.got).toBe(got);
  });

  it.each([
    { name: 'what is no JSON', text: '{"a":1', message: 'It is not JSON: it.' },
    { name: 'two values', text: '{} {}', message: 'It is not JSON: it.' },
    { name: 'nesting without end', text: `${'['.repeat(33)}${']'.repeat(33)}`, message: 'Too deeply nested: it.' },
    {
      name: 'a text without end',
      text: `"${'x'.repeat(4 * 1024 * 1024)}"`,
      message: 'The length of it is out of bounds.',
    },
  ])('refuses $name', ({ text, message }) => {
    expect(refusal('RECORD_INVALID', () => parseStrictJson(text, 'it')).message).toBe(message);
  });

  it('takes a text as long as may be', () => {
    const text = `"${'x'.repeat(4 * 1024 * 1024 - 2)}"`;
    expect(parseStrictJson(text, 'it')).toHaveLength(4 * 1024 * 1024 - 2);
  });

  it('takes a text just within bounds', () => {
    const text = `{"a":"${'\\\\'.repeat(2 * 1024 * 1024 - 8)}"}`;
    expect(parseStrictJson(text, 'it')).toEqual(JSON.parse(text));
  });
});
