import { describe, expect, it } from '@jest/globals';
import { createBuffers } from '../../src/deploy/buffers.ts';

describe('createBuffers', () => {
  it('gives one that is large enough, and the same one again', () => {
    const buffers = createBuffers();
    const [small, large] = [buffers.take(1), buffers.take(5000)];
    expect([small.byteLength, large.byteLength]).toEqual([4096, 8192]);
    buffers.give(small);
    buffers.give(large);
    expect(buffers.take(8192)).toBe(large);
    expect(buffers.take(4096)).toBe(small);
  });

  it('never gives one to two at a time', () => {
    const buffers = createBuffers();
    const first = buffers.take(100);
    buffers.give(first);
    expect(buffers.take(100)).toBe(first);
    expect(buffers.take(100)).not.toBe(first);
  });
});
