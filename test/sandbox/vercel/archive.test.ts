import { describe, expect, it } from '@jest/globals';
import { gzipSync } from 'node:zlib';
import { createSandbox, type Sandbox, type SandboxOptions } from '../../../src/sandbox/index.ts';
import { api, CONFIG, CREATE_PATH, createBody, sha1, upload, type Answer } from '../support/client.ts';
import { tarOf, type TarItem } from '../support/tar.ts';

const F = '.vercel/output/functions';
const NODE = JSON.stringify({ runtime: 'nodejs22.x', handler: 'index.js', launcherType: 'Nodejs' });
const TREE: readonly TarItem[] = [
  { path: '.vercel/output/config.json', text: CONFIG },
  { path: '.vercel/output/static/index.html', text: 'page', mode: 0o755 },
  { path: '.vercel/output/static/empty', type: '5', mode: 0o755 },
  { path: `${F}/a.func/.vc-config.json`, text: NODE },
  { path: `${F}/a.func/index.js` },
  { path: `${F}/b.func`, type: '2', link: 'a.func', mode: 0o777 },
];

function cut(bytes: Buffer, count: number): Buffer[] {
  const size = Math.ceil(bytes.byteLength / count);
  return Array.from({ length: count }, (_, index) => bytes.subarray(index * size, (index + 1) * size));
}

/** Uploads the parts and creates the deployment. */
async function send(
  sandbox: Sandbox,
  parts: readonly Buffer[],
  { path = CREATE_PATH, mode = 0o666, first = 1, more = [] as object[] } = {},
): Promise<Answer> {
  const files = [];
  for (const [index, part] of parts.entries()) {
    await upload(sandbox, part);
    const file = `.vercel/source.tgz.part${String(first + index)}`;
    files.push({ file, mode, sha: sha1(part), size: part.byteLength });
  }
  const json = createBody({ files: [...files.reverse(), ...more] });
  const made = await api(sandbox, 'POST', path, { json });
  if (made.status !== 200) return made;
  return api(sandbox, 'GET', `/v13/deployments/${String(made.body.id)}?teamId=team_acme`);
}

function open(options: SandboxOptions = {}): Promise<Sandbox> {
  return createSandbox({ deployment: { polls: 1 }, ...options });
}

describe('an archive', () => {
  it.each([
    { name: 'in one part', parts: 1, options: {} },
    { name: 'in three parts', parts: 3, options: {} },
    { name: 'whose parts lie on disk', parts: 3, options: { contents: { memoryBytes: 0 } } },
  ])('is unpacked and checked: $name', async ({ parts, options }) => {
    const sandbox = await open(options);
    const { body } = await send(sandbox, cut(gzipSync(tarOf(TREE)), parts));
    expect(body).toMatchObject({ readyState: 'READY', aliasAssigned: true });
    const deployment = sandbox.vercel.deployments.at(-1);
    expect(deployment?.files).toHaveLength(parts);
    const entry = (file: string, kind: string, mode: number, text?: string): object => ({
      ...{ file, kind, mode, sha: text === undefined ? undefined : sha1(text), size: text?.length ?? 0 },
    });
    expect(deployment?.unpacked).toEqual([
      entry('.vercel/output/config.json', 'file', 0o100644, CONFIG),
      entry('.vercel/output/static/index.html', 'file', 0o100755, 'page'),
      entry('.vercel/output/static/empty', 'directory', 0o040755),
      entry(`${F}/a.func/.vc-config.json`, 'file', 0o100644, NODE),
      entry(`${F}/a.func/index.js`, 'file', 0o100644, ''),
      entry(`${F}/b.func`, 'symlink', 0o120777, 'a.func'),
    ]);
    const tree = await api(sandbox, 'GET', `/v6/deployments/${String(body.id)}/files?teamId=team_acme`);
    expect(tree.body).toMatchObject([{ name: '.vercel', children: [{ name: 'output' }] }]);
  });

  const whole = gzipSync(tarOf(TREE));
  it.each<{ name: string; parts: Buffer[]; options?: object; text: string }>([
    { name: 'no gzip', parts: [Buffer.from('nothing')], text: 'The archive is broken: incorrect header check' },
    { name: 'cut', parts: [whole.subarray(0, -9)], text: 'The archive is broken: unexpected end of file' },
    { name: 'no tar', parts: [gzipSync(Buffer.alloc(600, 'x'))], text: 'in place of an octal number' },
    { name: 'its first part missing', parts: [whole], options: { first: 2 }, text: 'source.tgz.part1 is missing' },
    {
      name: 'a path out of the tree',
      parts: [gzipSync(tarOf([{ path: '../x' }]))],
      text: 'the entry "../x" is not a relative path',
    },
    {
      name: 'a path twice',
      parts: [gzipSync(tarOf([...TREE, ...TREE.slice(0, 1)]))],
      text: 'have the path .vercel/output/config.json',
    },
    { name: 'no build output', parts: [gzipSync(tarOf([{ path: 'a' }]))], text: 'Config file was not found' },
    {
      name: 'a function without its handler',
      parts: [gzipSync(tarOf(TREE.filter(({ path }) => !path.endsWith('index.js'))))],
      text: 'The handler "index.js"',
    },
  ])('fails the build: $name', async ({ parts, options = {}, text }) => {
    const { status, body } = await send(await open(), parts, options);
    expect(status).toBe(200);
    expect(body).toMatchObject({ readyState: 'ERROR', errorCode: 'BUILD_FAILED' });
    expect(body.errorMessage).toContain(text);
  });

  it.each<{ name: string; options: object; text: string }>([
    { name: 'another mode', options: { mode: 0o100644 }, text: 'has the mode 33188, and a part has 438' },
    { name: 'other files', options: { more: [{ file: 'a', data: '' }] }, text: 'parts of an archive and other files' },
  ])('is refused with $name', async ({ options, text }) => {
    const { status, body } = await send(await open(), [whole], options);
    expect(status).toBe(400);
    expect(body.error).toMatchObject({ code: 'bad_request', message: expect.stringContaining(text) });
  });

  const source = CREATE_PATH.replace('prebuilt=1&', '');
  it.each([
    { name: 'takes any tree', bytes: gzipSync(tarOf([{ path: 'a' }])), state: 'READY' },
    { name: 'is broken as well', bytes: whole.subarray(0, -9), state: 'ERROR' },
  ])('of sources $name', async ({ bytes, state }) => {
    expect((await send(await open(), [bytes], { path: source })).body.readyState).toBe(state);
  });

  it('is believed unread where the test says so', async () => {
    const sandbox = await open({ unpackArchives: false });
    expect((await send(sandbox, [Buffer.from('nothing')])).body.readyState).toBe('READY');
    expect(sandbox.vercel.deployments.at(-1)?.unpacked).toBeUndefined();
  });

  it('cannot be unpacked where a part is too large to be kept', async () => {
    const { body } = await send(await open({ contents: { maxBytes: 10 } }), [whole]);
    expect(body.errorMessage).toBe(
      'The archive is broken: .vercel/source.tgz.part1 is larger than what the sandbox keeps',
    );
  });
});
