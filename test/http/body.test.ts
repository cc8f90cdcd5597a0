import { describe, expect, it } from '@jest/globals';
import { readLines } from '../../src/http/body.ts';
import { bench, NEVER } from './support/bench.ts';

const ASK = { service: 'The deployment', method: 'GET', url: 'https://web.example.com/', signal: NEVER } as const;

/** A body without an end, in pieces of three bytes. */
function endless(): { readonly body: AsyncIterable<Uint8Array>; readonly state: { pieces: number; left: boolean } } {
  const state = { pieces: 0, left: false };
  return {
    state,
    body: (async function* () {
      try {
        for (;;) {
          await Promise.resolve();
          state.pieces += 1;
          yield new TextEncoder().encode('abc');
        }
      } finally {
        state.left = true;
      }
    })(),
  };
}

describe('a reply beyond its bound', () => {
  it('is cut where that was asked for, and its connection is left', async () => {
    const { body, state } = endless();
    const { http } = bench([{ body }]);
    const reply = await http.request({ ...ASK, maxBytes: 7, overflow: 'cut' });
    expect(reply).toMatchObject({ status: 200, text: 'abcabca' });
    expect(state).toEqual({ pieces: 3, left: true });
  });

  it('is an error otherwise', async () => {
    const { http } = bench([{ body: endless().body }]);
    await expect(http.request({ ...ASK, maxBytes: 7 })).rejects.toMatchObject({ code: 'SERVICE_FAILED' });
  });

  it('is whole where it is short enough', async () => {
    const { http } = bench([{ body: 'abc' }]);
    expect((await http.request({ ...ASK, maxBytes: 3, overflow: 'cut' })).text).toBe('abc');
  });
});

describe('the lines of a stream', () => {
  it.each([
    { pieces: ['a\nlong-', 'and-longer-', 'still\nb\n'], lines: ['a', 'b'] },
    { pieces: ['a\nlong-and-longer\nb'], lines: ['a', 'b'] },
    { pieces: ['long-and-', 'longer', '-still'], lines: [] },
    { pieces: ['123', '45\n12345', '6\nb\n'], lines: ['12345', 'b'] },
  ])('are without any part of one that is too long: $pieces', async ({ pieces, lines }) => {
    const body = (async function* () {
      for (const piece of pieces) yield await Promise.resolve(new TextEncoder().encode(piece));
    })();
    expect(await Array.fromAsync(readLines(body, 5))).toEqual(lines);
  });
});
