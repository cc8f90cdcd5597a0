import { describe, expect, it } from '@jest/globals';
import { follow, parseLoosely, verifyRecord } from '../../src/record/index.ts';
import { KEYLESS_TRUST, signText, STEP } from './support/keyless.ts';
import { NO_SANDBOX, refusal } from './support/records.ts';

describe('JSON of which nothing is believed', () => {
  it('is read from text and from bytes, and is nothing where it is none', () => {
    expect(parseLoosely('{"a":"ü"}')).toEqual({ a: 'ü' });
    expect(parseLoosely(Buffer.from('{"a":"ü"}'))).toEqual({ a: 'ü' });
    expect(parseLoosely('{"a":')).toBeUndefined();
    expect(parseLoosely(Buffer.of(0xff))).toBeUndefined();
  });

  it('leads along its own members alone', () => {
    const value = { a: { b: [7], c: null } };
    expect(follow(value, 'a', 'b', '0')).toBe(7);
    expect(follow(value, 'a', 'c')).toBeNull();
    for (const path of [['a', 'c', 'd'], ['a', 'b', '0', 'x'], ['x'], ['constructor'], ['a', 'b', '1']]) {
      expect(follow(value, ...path)).toBeUndefined();
    }
  });

  it.each(['null', '7', '{"predicate":null}', '{"predicate":{"signer":null}}'])(
    'names no signer in a payload that is %s',
    async (text) => {
      const bundle = await signText(text, STEP.signer);
      const error = refusal('RECORD_INVALID', () => verifyRecord(bundle, KEYLESS_TRUST, NO_SANDBOX));
      expect([error.message, error.got]).toEqual([
        'The payload is not a record: it names no kind of signer.',
        'nothing',
      ]);
    },
  );
});
