import { getHeapSpaceStatistics } from 'node:v8';
import { describe, expect, it } from '@jest/globals';
import { createYoungHeapBound, makeRoom, type HeapControl } from '../../src/platform/young-heap.ts';

const MIB = 1024 * 1024;

function heapOf(sizes: readonly number[]): HeapControl & { readonly calls: string[] } {
  const calls: string[] = [];
  const left = sizes.values();
  return {
    calls,
    getHeapSpaceStatistics: () => {
      calls.push('asked');
      const size = left.next().value ?? 0;
      return [
        { space_name: 'old_space', space_size: 500 * MIB },
        { space_name: 'new_space', space_size: size },
      ];
    },
    setFlagsFromString: (flags) => void calls.push(flags),
  };
}

describe('createYoungHeapBound', () => {
  it('stops the growth when the space has reached its size, and asks no more', () => {
    const heap = heapOf([4 * MIB, 16 * MIB - 1, 16 * MIB]);
    const step = createYoungHeapBound(heap);
    for (let piece = 0; piece < 15; piece += 1) step();
    expect(heap.calls).toEqual([]);
    step();
    expect(heap.calls).toEqual(['asked']);
    for (let piece = 0; piece < 1000; piece += 1) step();
    expect(heap.calls).toEqual(['asked', 'asked', 'asked', '--semi-space-growth-factor=1 --heap-growing-percent=50']);
  });

  it('lets the old space grow twice as much in a work that asks for room', () => {
    const heap = heapOf([16 * MIB - 1, 16 * MIB]);
    const step = createYoungHeapBound(heap);
    makeRoom();
    for (let piece = 0; piece < 1000; piece += 1) step();
    expect(heap.calls).toEqual(['asked', 'asked', '--semi-space-growth-factor=1 --heap-growing-percent=100']);
  });

  it('goes by a name that V8 has', () => {
    expect(getHeapSpaceStatistics().map(({ space_name: name }) => name)).toContain('new_space');
  });
});
