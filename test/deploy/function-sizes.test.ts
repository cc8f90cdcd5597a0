import { gzipSync } from 'node:zlib';
import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { GzipSize } from '../../src/deploy/function-sizes.ts';
import { measureFunctions } from '../../src/deploy/function-sizes.ts';
import { nodeFiles } from '../../src/platform/files.ts';
import { edgeFunction, FUNCTIONS, nodeFunction, noFindings, type Tree } from './support/output-tree.ts';
import { judgeOutput } from './support/judge-output.ts';

const MEGABYTE = 1024 * 1024;

/** The chunks it got, besides their size. */
function spyGzip(): { readonly gzipSize: GzipSize; readonly got: Buffer[] } {
  const got: Buffer[] = [];
  return {
    got,
    gzipSize: async (chunks) => {
      const all: Uint8Array[] = [];
      for await (const chunk of chunks) all.push(chunk);
      got.push(Buffer.concat(all));
      return gzipSync(Buffer.concat(all)).byteLength;
    },
  };
}

function textBytes(tree: Tree): number {
  return Object.values(tree).reduce(
    (sum, thing) => sum + (typeof thing === 'string' ? Buffer.byteLength(thing) : 0),
    0,
  );
}

describe('the size of a function', () => {
  it('is all that is in its folder and all that it takes along, as often as it does', async () => {
    const own = nodeFunction('a', {
      filePathMap: { 'x.js': 'lib/x.js', 'y.js': 'lib/x.js', l: 'lib/l', gone: '../gone' },
    });
    const { functions } = await judgeOutput({
      ...own,
      [`${FUNCTIONS}/a.func/deep/b.bin`]: new Uint8Array(1000),
      [`${FUNCTIONS}/a.func/empty`]: { folder: true },
      [`${FUNCTIONS}/b.func`]: { link: 'a.func' },
      [`${FUNCTIONS}/a.func.txt`]: 'not in the function',
      'lib/x.js': new Uint8Array(500),
      'lib/l': { link: 'x.js' },
    });
    const size = textBytes(own) + 1000 + 2 * 500 + 'x.js'.length;
    expect(functions).toEqual([
      { name: 'a', runtime: 'nodejs22.x', edge: false, size },
      { name: 'b', runtime: 'nodejs22.x', edge: false, size },
    ]);
  });

  it.each([
    { bytes: 250 * MEGABYTE - 1, warnings: [] },
    {
      bytes: 250 * MEGABYTE,
      warnings: [
        `${FUNCTIONS}/a.func: 250.0 MB unzipped, and Vercel takes less than 250 MB unless large functions are enabled. Exclude what it does not need from tracing.`,
      ],
    },
  ])('is warned of from 250 MB on: $bytes', async ({ bytes, warnings }) => {
    const folder = `${FUNCTIONS}/a.func`;
    const entry = { path: `${folder}/big`, kind: 'file', size: bytes, mode: 0o100644 } as const;
    const findings = noFindings();
    const found = { name: 'a', runtime: 'nodejs22.x', edge: false, folder, mapped: [] };
    const entries = new Map([[entry.path, entry]]);
    const measure = { files: nodeFiles, root: '/nowhere', entries, gzipSize: undefined, findings };
    expect(await measureFunctions(measure, [found, { ...found, name: 'link' }])).toEqual([
      { name: 'a', runtime: 'nodejs22.x', edge: false, size: bytes },
      { name: 'link', runtime: 'nodejs22.x', edge: false, size: bytes },
    ]);
    expect(findings).toEqual({ faults: [], warnings });
  });
});

describe('the size of an Edge Function after gzip', () => {
  const limits = '1 MB on Hobby, 2 MB on Pro, 4 MB on Enterprise';
  const advice = 'Make it smaller, or move it to the Node.js runtime.';

  it('is made of all its files, small and large, once for all its names', async () => {
    const { gzipSize, got } = spyGzip();
    const wasm = randomBytes(MEGABYTE + 10);
    const { functions, warnings } = await judgeOutput(
      {
        ...edgeFunction('a', { filePathMap: { 'a.wasm': 'lib/a.wasm' } }),
        [`${FUNCTIONS}/a.func/assets/b.txt`]: 'asset',
        [`${FUNCTIONS}/b.func`]: { link: 'a.func' },
        'lib/a.wasm': wasm,
      },
      { gzipSize },
    );
    expect(got).toHaveLength(1);
    const [content = Buffer.alloc(0)] = got;
    expect(content.byteLength).toBe(functions[0]?.size);
    expect(content.includes(wasm)).toBe(true);
    expect(content.includes('asset')).toBe(true);
    expect(functions.map((found) => found.gzipSize)).toEqual([
      gzipSync(content).byteLength,
      gzipSync(content).byteLength,
    ]);
    expect(warnings).toContain(
      `${FUNCTIONS}/a.func: 1.0 MB after gzip, more than some plans allow for an Edge Function (${limits}). ${advice}`,
    );
  });

  it('is said to be beyond every plan, where it is', async () => {
    const tree = { ...edgeFunction('a'), [`${FUNCTIONS}/a.func/big.wasm`]: new Uint8Array(2 * MEGABYTE) };
    const { warnings } = await judgeOutput(tree, { gzipSize: () => Promise.resolve(4.5 * MEGABYTE) });
    expect(warnings).toContain(
      `${FUNCTIONS}/a.func: 4.5 MB after gzip, more than any plan allows for an Edge Function (${limits}). ${advice}`,
    );
  });

  it('is no matter where gzip makes it small enough', async () => {
    const { gzipSize } = spyGzip();
    const tree = { ...edgeFunction('a'), [`${FUNCTIONS}/a.func/zeros.wasm`]: new Uint8Array(3 * MEGABYTE) };
    const { functions, warnings } = await judgeOutput(tree, { gzipSize });
    expect(functions[0]?.gzipSize).toBeLessThan(10_000);
    expect(warnings.join()).not.toContain('after gzip');
  });

  it.each([
    { name: 'a small Edge Function', tree: edgeFunction('a') },
    {
      name: 'a Node function',
      tree: { ...nodeFunction('a'), [`${FUNCTIONS}/a.func/big`]: new Uint8Array(2 * MEGABYTE) },
    },
  ])('is not made for $name', async ({ tree }) => {
    const { gzipSize, got } = spyGzip();
    const { functions } = await judgeOutput(tree, { gzipSize });
    expect(got).toEqual([]);
    expect(functions[0]).not.toHaveProperty('gzipSize');
  });

  it('is not known to a caller without gzip', async () => {
    const tree = { ...edgeFunction('a'), [`${FUNCTIONS}/a.func/big.wasm`]: randomBytes(2 * MEGABYTE) };
    const { functions, warnings } = await judgeOutput(tree);
    expect(functions[0]).not.toHaveProperty('gzipSize');
    expect(warnings.join()).not.toContain('after gzip');
  });
});
