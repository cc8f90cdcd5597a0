import { describe, expect, it } from '@jest/globals';
import { Timeline } from '../../src/sandbox/timeline.ts';

function timeline(...items: readonly (readonly [name: string, at: number])[]): Timeline<readonly [string, number]> {
  const made = new Timeline<readonly [string, number]>(([, at]) => at);
  for (const item of items) made.add(item);
  return made;
}

const namesBefore = (line: Timeline<readonly [string, number]>, end: number): string[] =>
  [...line.before(end)].map(([name]) => name);

describe('a timeline', () => {
  it('gives the newest first, and of one time the last that came', () => {
    const line = timeline(['a', 1], ['b', 2], ['c', 2], ['d', 3]);
    expect(namesBefore(line, Infinity)).toEqual(['d', 'c', 'b', 'a']);
    expect(namesBefore(line, 3)).toEqual(['c', 'b', 'a']);
    expect(namesBefore(line, 2)).toEqual(['a']);
    expect(namesBefore(line, 1)).toEqual([]);
  });

  it('puts what comes late in its place', () => {
    const line = timeline(['a', 5], ['b', 1], ['c', 5]);
    expect(line.inOrder().map(([name]) => name)).toEqual(['b', 'a', 'c']);
    line.add(['d', 3]);
    expect(namesBefore(line, 6)).toEqual(['c', 'a', 'd', 'b']);
    expect(line.size).toBe(4);
  });

  it('is empty at first', () => expect(namesBefore(timeline(), 9)).toEqual([]));
});
