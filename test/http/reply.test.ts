import { describe, expect, it } from '@jest/globals';
import { Reply } from '../../src/http/reply.ts';

const HEAD = { status: 200, headers: {} };

describe('a reply', () => {
  it('is parsed once, where it is looked at', () => {
    const reply = new Reply(HEAD, '{"a":1}');
    expect(reply.body).toEqual({ a: 1 });
    expect(reply.body).toBe(reply.body);
    expect(reply.bytes).toBeUndefined();
  });

  it.each(['', 'no JSON', '{'])('has no body where that is not JSON: %j', (text) => {
    expect(new Reply(HEAD, text)).toMatchObject({ text, body: undefined });
  });

  it('has bytes and no text where it was asked for as bytes', () => {
    expect(new Reply(HEAD, Buffer.from('{}'))).toMatchObject({ bytes: Buffer.from('{}'), text: '', body: undefined });
  });

  it('has no getter of its own: V8 would keep with its shape all that it has seen', () => {
    expect(Object.hasOwn(new Reply(HEAD, '{}'), 'body')).toBe(false);
  });
});
