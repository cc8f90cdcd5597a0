import { describe, expect, it } from '@jest/globals';
import { createRoom } from '../../src/deploy/upload-room.ts';

const MIB = 1024 * 1024;

describe('createRoom', () => {
  it('has as many places as it was given, and those that are given back', () => {
    const room = createRoom(2);
    expect([room.take(1), room.take(1), room.take(1)]).toEqual([true, true, false]);
    room.give(1);
    expect([room.take(1), room.take(1)]).toEqual([true, false]);
  });

  it('bounds the bytes, except for one alone', () => {
    const room = createRoom(10);
    expect([room.take(7 * MIB), room.take(MIB), room.take(1)]).toEqual([true, true, false]);
    room.give(7 * MIB);
    room.give(MIB);
    expect([room.take(9 * MIB), room.take(0)]).toEqual([true, false]);
  });

  it('wakes those who wait in their order, one for each place', async () => {
    const room = createRoom(1);
    room.take(0);
    const woken: number[] = [];
    for (const number of [1, 2, 3, 4]) void room.wait().then(() => woken.push(number));
    room.give(0);
    await Promise.resolve();
    expect(woken).toEqual([1]);
    room.resize(3);
    await Promise.resolve();
    expect(woken).toEqual([1, 2, 3]);
    room.resize(1);
    await Promise.resolve();
    expect([woken.length, room.limit()]).toEqual([3, 1]);
    room.wake(Infinity);
    await Promise.resolve();
    expect(woken).toEqual([1, 2, 3, 4]);
  });
});
