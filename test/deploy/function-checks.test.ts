import { describe, expect, it } from '@jest/globals';
import { edgeFunction, FUNCTIONS, nodeFunction } from './support/output-tree.ts';
import { judgeOutput } from './support/judge-output.ts';

const AGAIN = 'Build again with `vercel build`.';
const CONFIG = `${FUNCTIONS}/a.func/.vc-config.json`;

describe('the runtime', () => {
  it.each(['nodejs20.x', 'nodejs22.x', 'nodejs24.x', 'provided.al2023', 'python3.14', 'ruby3.3', 'bun1.x', 'bun1.4.x'])(
    '%s is known',
    async (runtime) => {
      expect(await judgeOutput(nodeFunction('a', { runtime, launcherType: 'Other' }))).toMatchObject({
        faults: [],
        warnings: [],
        functions: [{ runtime }],
      });
    },
  );

  it.each(['nodejs18.x', 'nodejs8.x'])('%s is refused: Vercel runs it no more', async (runtime) => {
    expect((await judgeOutput(nodeFunction('a', { runtime }))).faults).toEqual([
      `${CONFIG}: runtime "${runtime}", which Vercel does not run any more. Set "engines": { "node": "24.x" } in package.json, and build again.`,
    ]);
  });

  it.each(['nodejs26.x', 'python3.9', 'xnodejs22.x'])('%s is sent, with a warning', async (runtime) => {
    expect(await judgeOutput(nodeFunction('a', { runtime, launcherType: 'Other' }))).toMatchObject({
      faults: [],
      warnings: [`${CONFIG}: runtime "${runtime}", which this pipe does not know; Vercel may refuse it.`],
    });
  });

  it.each([undefined, '', 5])('%j is none', async (runtime) => {
    expect((await judgeOutput(nodeFunction('a', { runtime }))).faults).toEqual([`${CONFIG}: no runtime. ${AGAIN}`]);
  });

  it('is the edge where the config calls itself an Edge Function', async () => {
    const { functions } = await judgeOutput(edgeFunction('a', { runtime: undefined, type: 'EdgeFunction' }));
    expect(functions).toMatchObject([{ name: 'a', runtime: 'edge', edge: true }]);
  });
});

describe('the file that starts a function', () => {
  it.each([
    { name: 'a handler as it is named', tree: nodeFunction('a') },
    { name: 'a handler without its ending', tree: nodeFunction('a', { handler: 'index' }) },
    {
      name: 'a handler out of filePathMap',
      tree: { ...nodeFunction('a', { handler: 'x/y', filePathMap: { 'x/y.mjs': 'src.js' } }), 'src.js': '' },
    },
    { name: 'no handler for another launcher', tree: nodeFunction('a', { handler: 'none', launcherType: 'Custom' }) },
    { name: 'an entrypoint', tree: edgeFunction('a') },
    {
      name: 'an entrypoint that is a link inside',
      tree: { ...edgeFunction('a', { entrypoint: 'l.mjs' }), [`${FUNCTIONS}/a.func/l.mjs`]: { link: 'index.js' } },
    },
  ])('is found: $name', async ({ tree }) => {
    expect((await judgeOutput(tree)).faults).toEqual([]);
  });

  it.each([
    {
      name: 'a missing handler',
      tree: nodeFunction('a', { handler: 'other.js' }),
      says: 'handler "other.js" is not in the function.',
    },
    { name: 'no handler', tree: nodeFunction('a', { handler: undefined }), says: 'no handler.' },
    {
      name: 'a handler outside',
      tree: nodeFunction('a', { handler: '../../../../../x.js' }),
      says: 'handler "../../../../../x.js" is not in the function.',
    },
    {
      name: 'a missing entrypoint',
      tree: edgeFunction('a', { entrypoint: 'other.js' }),
      says: 'entrypoint "other.js" is not in the function.',
    },
    { name: 'an empty entrypoint', tree: edgeFunction('a', { entrypoint: '' }), says: 'no entrypoint.' },
    {
      name: 'an entrypoint without its ending',
      tree: edgeFunction('a', { entrypoint: 'index' }),
      says: 'entrypoint "index" is not in the function.',
    },
    {
      name: 'a handler by the name of a property of objects',
      tree: nodeFunction('a', { handler: 'constructor' }),
      says: 'handler "constructor" is not in the function.',
    },
  ])('is refused: $name', async ({ tree, says }) => {
    expect((await judgeOutput(tree)).faults).toEqual([`${CONFIG}: ${says} ${AGAIN}`]);
  });

  it('may be suspect at the edge, where only JavaScript starts', async () => {
    const tree = { ...edgeFunction('a', { entrypoint: 'main.ts' }), [`${FUNCTIONS}/a.func/main.ts`]: 'export {}' };
    const { faults, warnings } = await judgeOutput(tree);
    expect(faults).toEqual([]);
    expect(warnings).toContain(
      `${CONFIG}: entrypoint "main.ts" is no JavaScript file, which an Edge Function starts from.`,
    );
  });
});

describe('a prerender', () => {
  it('may stand over a Node function', async () => {
    const tree = { ...nodeFunction('a'), [`${FUNCTIONS}/a.prerender-config.json`]: '{"expiration":1}' };
    expect((await judgeOutput(tree)).faults).toEqual([]);
  });

  it.each([
    { name: 'an Edge Function', path: 'a' },
    { name: 'a link to one', path: 'b' },
  ])('is refused over $name', async ({ path }) => {
    const { faults } = await judgeOutput({
      ...edgeFunction('a'),
      [`${FUNCTIONS}/b.func`]: { link: 'a.func' },
      [`${FUNCTIONS}/${path}.prerender-config.json`]: '{"expiration":1}',
    });
    expect(faults).toEqual([
      `${FUNCTIONS}/${path}.func: a prerender over an Edge Function, which Vercel refuses. ${AGAIN}`,
    ]);
  });
});
