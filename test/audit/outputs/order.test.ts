import { expect, it } from '@jest/globals';
import { writeRow } from '../../../src/audit/outputs/order.ts';
import type { Row } from '../../../src/audit/types.ts';
import { makeRow, WHOLE_ROW } from './support/samples.ts';

/** The same with the members of every object the other way round, from this depth on. */
function turn(value: unknown, from: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => turn(item, from));
  const members = Object.entries(value).map(([name, member]) => [name, turn(member, from - 1)] as const);
  return Object.fromEntries(from > 0 ? members : members.reverse());
}

it.each([0, 1])('writes the same row as the same text, in whatever order its members are, from depth %d on', (from) => {
  const turned = turn(WHOLE_ROW, from) as Row;
  expect(JSON.stringify(turned)).not.toBe(JSON.stringify(WHOLE_ROW));
  expect(writeRow(turned)).toBe(JSON.stringify(WHOLE_ROW));
});

it('writes last what has no place, and nothing for what is undefined', () => {
  const { kind, ...rest } = makeRow(1);
  const text = writeRow({ newer: 1, kind, person: undefined, ...rest } as unknown as Row);
  expect(text).toBe(JSON.stringify({ kind, ...rest, newer: 1 }));
});
