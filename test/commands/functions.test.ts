import { describe, expect, it } from '@jest/globals';
import { describeFunctions } from '../../src/commands/functions.ts';

const node = (name: string): Parameters<typeof describeFunctions>[0][number] => ({
  ...{ name, runtime: 'nodejs24.x', edge: false, size: 1536 },
});

describe('the line about functions', () => {
  it('names each with runtime and size, and marks the edge', () => {
    const edge = { name: 'api/edge', runtime: 'edge', edge: true, size: 3 * 1024 * 1024 };
    expect(describeFunctions([edge, node('api/node')])).toBe(
      '2 functions: api/edge (EDGE, 3.0 MiB), api/node (nodejs24.x, 1.5 KiB)',
    );
  });

  it('stays one line', () => {
    const many = Array.from({ length: 30 }, (_, index) => node(`api/${String(index)}`));
    expect(describeFunctions(many)).toMatch(/^30 functions: .*api\/7 \(nodejs24\.x, 1\.5 KiB\), and 22 more$/);
  });

  it('is none where there are no functions', () => {
    expect(describeFunctions([])).toBeUndefined();
  });
});
