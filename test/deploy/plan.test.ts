import { symlinkSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { planOutput } from '../../src/deploy/plan.ts';
import { nodeFiles } from '../../src/platform/files.ts';
import { BARE, denied, edgeFunction, filesWith, FUNCTIONS, makeTree, nodeFunction } from './support/output-tree.ts';
import { judgeOutput } from './support/judge-output.ts';

describe('planOutput', () => {
  it('gives each path once, in the order of its bytes', async () => {
    const { paths } = await judgeOutput({
      ...nodeFunction('a', { filePathMap: { x: 'x.js', y: 'microfrontends.json', z: `${FUNCTIONS}/a.func/index.js` } }),
      ...nodeFunction('b', { filePathMap: { x: 'x.js' } }),
      'x.js': 'x',
      'microfrontends.json': '{}',
    });
    expect(paths).toEqual([
      '.vercel/output/config.json',
      `${FUNCTIONS}/a.func/.vc-config.json`,
      `${FUNCTIONS}/a.func/index.js`,
      `${FUNCTIONS}/b.func/.vc-config.json`,
      `${FUNCTIONS}/b.func/index.js`,
      '.vercel/output/static/index.html',
      'microfrontends.json',
      'x.js',
    ]);
  });

  it('tells all faults at once, each once', async () => {
    const root = makeTree({
      '.vercel/output/config.json': '{"version":1}',
      '.vercel/output/builds.json': '{"target":"production"}',
      '.vercel/output/static/.npmrc': 'x',
      ...nodeFunction('a', { runtime: undefined }),
      ...nodeFunction('b', { handler: 'none.js', filePathMap: { x: 'gone/x.js' } }),
      [`${FUNCTIONS}/c.func`]: { link: '/c' },
    });
    await expect(planOutput(nodeFiles, root, 'preview')).rejects.toMatchObject({
      code: 'OUTPUT_INVALID',
      message: 'The build output cannot be deployed as it is. Nothing was sent.',
      fix: `All paths are relative to ${root}.`,
      faults: [
        expect.stringContaining(`${FUNCTIONS}/c.func: a link to "/c", which leads out`),
        expect.stringContaining('config.json: version 1'),
        expect.stringContaining('builds.json: built for production, not for TARGET preview.'),
        expect.stringContaining('static/.npmrc: looks like a secret'),
        expect.stringContaining('a.func/.vc-config.json: no runtime.'),
        expect.stringContaining('b.func/.vc-config.json: handler "none.js" is not in the function.'),
        expect.stringContaining(`gone/x.js: a function needs it, but it is missing.`),
      ],
    });
  });

  it.each([
    { name: 'nothing', link: undefined, got: /^nothing at .*\/\.vercel\/output$/ },
    { name: 'a link to a folder', link: '../static', got: /^no plain folder at / },
  ])('needs an output: $name', async ({ link, got }) => {
    const root = makeTree({ 'static/config.json': '{"version":3}', '.vercel/project.json': '{}' });
    if (link !== undefined) symlinkSync(link, `${root}/.vercel/output`);
    await expect(planOutput(nodeFiles, root, 'preview')).rejects.toMatchObject({
      code: 'OUTPUT_INVALID',
      got: expect.stringMatching(got),
      fix: expect.stringContaining("artifacts ['.vercel/output/**', '.vercel/project.json']"),
    });
  });

  it('names what the system does not let it read', async () => {
    const root = makeTree({ ...BARE, '.vercel/output/static/closed/x': 'x' });
    const files = filesWith({
      list: (path) => (path.endsWith('/closed') ? Promise.reject(denied(path)) : nodeFiles.list(path)),
    });
    await expect(planOutput(files, root, 'preview')).rejects.toMatchObject({
      code: 'OUTPUT_INVALID',
      faults: [
        '.vercel/output/static/closed: this step may not read it (EACCES). Let the step that makes it give it the mode 644, a folder 755.',
      ],
    });
  });

  it('notes that Edge Functions are deprecated, but not middleware on the edge', async () => {
    const names = ['api/a', 'api/b', 'c', 'd', 'e', 'f'];
    const tree = Object.fromEntries(names.flatMap((name) => Object.entries(edgeFunction(name))));
    expect(
      (await judgeOutput({ ...tree, ...edgeFunction('src/middleware'), ...edgeFunction('_middleware') })).warnings,
    ).toEqual([
      'Edge Functions are deprecated on Vercel; they still deploy. Move to the Node.js runtime: api/a, api/b, c, d, e and 1 more.',
    ]);
    expect((await judgeOutput({ ...edgeFunction('_middleware'), ...edgeFunction('middleware') })).warnings).toEqual([]);
  });

  it('does not repeat a warning', async () => {
    const filePathMap = { a: '../x', b: '../x' };
    const { warnings } = await judgeOutput({
      ...nodeFunction('a', { filePathMap }),
      ...nodeFunction('b', { filePathMap }),
    });
    expect(warnings).toEqual([expect.stringContaining('../x: a function needs it, but it is outside')]);
  });

  it('asks for each path once, however many functions and links share it', async () => {
    const root = makeTree({
      ...BARE,
      ...Object.fromEntries(
        Array.from({ length: 20 }, (_, i) => Object.entries(nodeFunction(`p/f${String(i)}`))).flat(),
      ),
      ...Object.fromEntries(
        Array.from({ length: 20 }, (_, i) => [`${FUNCTIONS}/p/l${String(i)}.func`, { link: 'f1.func' }]),
      ),
    });
    const asked = new Map<string, number>();
    const files = filesWith({
      lstat: (path) => {
        asked.set(path, (asked.get(path) ?? 0) + 1);
        return nodeFiles.lstat(path);
      },
    });
    const { functions } = await planOutput(files, root, 'preview');
    expect(functions).toHaveLength(40);
    expect([...asked].filter(([, times]) => times > 1)).toEqual([]);
  });
});
