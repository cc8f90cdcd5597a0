import { describe, expect, it } from '@jest/globals';
import { BARE, edgeFunction, FUNCTIONS, nodeFunction, type Tree } from './support/output-tree.ts';
import { judgeOutput } from './support/judge-output.ts';

const AGAIN = 'Build again with `vercel build`.';

describe('the functions of an output', () => {
  it('are named by their folders and links, sorted', async () => {
    const { functions, faults } = await judgeOutput({
      ...nodeFunction('z'),
      ...edgeFunction('_middleware'),
      [`${FUNCTIONS}/deep/a.rsc.func`]: { link: '../z.func' },
      [`${FUNCTIONS}/chain.func`]: { link: 'deep/a.rsc.func' },
    });
    expect(faults).toEqual([]);
    expect(functions).toMatchObject([
      { name: '_middleware', runtime: 'edge', edge: true },
      { name: 'chain', runtime: 'nodejs22.x', edge: false },
      { name: 'deep/a.rsc', runtime: 'nodejs22.x', edge: false },
      { name: 'z', runtime: 'nodejs22.x', edge: false },
    ]);
  });

  it('do not include what a dependency or a static file describes', async () => {
    const { functions, faults } = await judgeOutput({
      ...nodeFunction('a'),
      [`${FUNCTIONS}/a.func/b.func/.vc-config.json`]: '{"runtime":"nodejs4.x"}',
      '.vercel/output/static/x.func/.vc-config.json': '{"runtime":"nodejs4.x"}',
    });
    expect(faults).toEqual([]);
    expect(functions.map(({ name }) => name)).toEqual(['a']);
  });

  it.each<{ name: string; tree: Tree; fault: string }>([
    {
      name: 'a folder without a config',
      tree: { [`${FUNCTIONS}/a.func/index.js`]: 'x' },
      fault: `${FUNCTIONS}/a.func: a function without .vc-config.json. ${AGAIN}`,
    },
    {
      name: 'an empty folder',
      tree: { [`${FUNCTIONS}/a.func`]: { folder: true } },
      fault: `${FUNCTIONS}/a.func: a function without .vc-config.json. ${AGAIN}`,
    },
    {
      name: 'a file in place of a folder',
      tree: { [`${FUNCTIONS}/a.func`]: 'x' },
      fault: `${FUNCTIONS}/a.func: neither a function nor a link to one. ${AGAIN}`,
    },
    {
      name: 'a link to a folder that is no function',
      tree: { [`${FUNCTIONS}/a.func`]: { link: '../static' } },
      fault: `${FUNCTIONS}/a.func: neither a function nor a link to one. ${AGAIN}`,
    },
    {
      name: 'a link to a function’s inside',
      tree: {
        ...nodeFunction('b'),
        [`${FUNCTIONS}/b.func/lib/x`]: '',
        [`${FUNCTIONS}/a.func`]: { link: 'b.func/lib' },
      },
      fault: `${FUNCTIONS}/a.func: neither a function nor a link to one. ${AGAIN}`,
    },
    {
      name: 'a link to nothing',
      tree: { [`${FUNCTIONS}/a.func`]: { link: 'none.func' } },
      fault: `${FUNCTIONS}/a.func: neither a function nor a link to one. ${AGAIN}`,
    },
    {
      name: 'a config that is no JSON',
      tree: { [`${FUNCTIONS}/a.func/.vc-config.json`]: '{' },
      fault: `${FUNCTIONS}/a.func/.vc-config.json: not JSON. ${AGAIN}`,
    },
    {
      name: 'a config that is a list',
      tree: { [`${FUNCTIONS}/a.func/.vc-config.json`]: '[]' },
      fault: `${FUNCTIONS}/a.func/.vc-config.json: not a JSON object. ${AGAIN}`,
    },
    {
      name: 'a config that is a link to nothing',
      tree: { [`${FUNCTIONS}/a.func/.vc-config.json`]: { link: 'none.json' } },
      fault: `${FUNCTIONS}/a.func/.vc-config.json: a link to nothing. ${AGAIN}`,
    },
  ])('are refused: $name', async ({ tree, fault }) => {
    expect((await judgeOutput(tree)).faults).toContain(fault);
  });

  it('are read through a config that is a link, as by the CLI', async () => {
    const { functions, faults } = await judgeOutput({
      ...BARE,
      [`${FUNCTIONS}/a.func/.vc-config.json`]: { link: '../../shared.json' },
      '.vercel/output/shared.json': '{"runtime":"executable"}',
    });
    expect(faults).toEqual([]);
    expect(functions).toMatchObject([{ name: 'a', runtime: 'executable' }]);
  });

  it('never include one that a link brings from outside', async () => {
    const { faults } = await judgeOutput({ [`${FUNCTIONS}/a.func`]: { link: '../../../../beside.func' } });
    expect(faults).toEqual([
      expect.stringMatching(
        /functions\/a\.func: a link to "[./]+beside\.func", which leads out of the deployed folder\./,
      ),
    ]);
  });
});
