import { describe, expect, it } from '@jest/globals';
import { createMemory } from '../../src/deploy/follow-memory.ts';

type Item = Readonly<Record<string, unknown>>;

/** What is new in each of these streams, by the position in it, and from which date each was asked. */
function read(streams: readonly (readonly Item[])[]): { fresh: number[][]; since: (number | undefined)[] } {
  const memory = createMemory();
  const since: (number | undefined)[] = [];
  const fresh = streams.map((items) => {
    since.push(memory.begin());
    return items.flatMap((item, index) => (memory.isNew(item, JSON.stringify(item)) ? [index] : []));
  });
  return { fresh, since };
}

const item = (id: string, date: number): Item => ({ id, date, type: 'stdout', text: 'x' });

describe('what of a log was seen', () => {
  const first = [item('a', 1), item('b', 2), item('c', 2)];

  it('is left out where the next stream counts its date in', () => {
    expect(read([first, [item('b', 2), item('c', 2), item('d', 2), item('e', 3)]])).toEqual({
      fresh: [
        [0, 1, 2],
        [2, 3],
      ],
      since: [undefined, 2],
    });
  });

  it('hides nothing where the next stream begins after that date', () => {
    expect(read([first, [item('d', 3), item('e', 4)], [item('f', 5)]])).toEqual({
      fresh: [[0, 1, 2], [0, 1], [0]],
      since: [undefined, 2, 4],
    });
  });

  it('is left out where the next stream begins from the start', () => {
    expect(read([first, [...first, item('d', 3)]]).fresh).toEqual([[0, 1, 2], [3]]);
  });

  it('stays known over a stream that brings nothing', () => {
    expect(read([first, [], [...first, item('d', 2)]]).fresh).toEqual([[0, 1, 2], [], [3]]);
  });

  it('is known by the serial where there is no id, and by the line where there is neither', () => {
    const serial = { serial: '7', date: 1 };
    const bare = { date: 1, text: 'x' };
    expect(
      read([
        [serial, bare],
        [{ ...serial, text: 'changed' }, bare, { date: 1, text: 'y' }],
      ]).fresh,
    ).toEqual([[0, 1], [2]]);
  });

  it('is known without dates too, and one stream may say a thing twice', () => {
    const bare = { text: 'x' };
    expect(
      read([
        [bare, bare],
        [bare, { text: 'y' }],
      ]),
    ).toEqual({ fresh: [[0, 1], [1]], since: [undefined, undefined] });
  });

  it('takes lines of the first stream in any order', () => {
    expect(read([[item('a', 5), item('b', 3)]]).fresh).toEqual([[0, 1]]);
  });

  it('takes `created` where there is no `date`, and no date that is no number', () => {
    expect(read([[{ id: 'a', created: 4 }], []]).since).toEqual([undefined, 4]);
    expect(read([[{ id: 'a', date: '2026' }], []]).since).toEqual([undefined, undefined]);
  });
});
