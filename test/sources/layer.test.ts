import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { nodeFiles } from '../../src/platform/files.ts';
import { readLayer } from '../../src/sources/index.ts';
import { VARIABLES } from '../../src/variables/table.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(`${tmpdir()}/layer-`);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, text: string): void => writeFileSync(`${folder}/${name}`, text);
const defaults = (text: string): ReturnType<typeof readLayer> => {
  write('defaults.yml', text);
  return readLayer(nodeFiles, folder);
};
const variables = (...lines: readonly string[]): string => [...lines, ''].join('\n');

describe('readLayer', () => {
  it('is empty where there is no folder, or nothing in it', async () => {
    const empty = { policy: undefined, issuerKeys: undefined, defaults: {} };
    expect(await readLayer(nodeFiles, folder)).toEqual(empty);
    expect(await readLayer(nodeFiles, `${folder}/none`)).toEqual(empty);
  });

  it('gives policy and keys as they stand', async () => {
    write('policy.yml', 'version: 1\n');
    write('issuer-keys.json', '{}');
    const layer = await readLayer(nodeFiles, folder);
    expect([layer.policy, layer.issuerKeys].map((bytes) => Buffer.from(bytes ?? []).toString())).toEqual([
      'version: 1\n',
      '{}',
    ]);
  });

  it('reads defaults, short and long', async () => {
    const text = variables(
      'TIMEOUT: 20m',
      'VERCEL_TEAM_ID: { value: team_abc, locked: true }',
      'REGIONS: { value: [fra1, cdg1] }',
      'META: team=web',
    );
    expect((await defaults(text)).defaults).toEqual({
      TIMEOUT: { value: '20m', locked: false },
      VERCEL_TEAM_ID: { value: 'team_abc', locked: true },
      REGIONS: { value: ['fra1', 'cdg1'], locked: false },
      META: { value: 'team=web', locked: false },
    });
  });

  it('refuses a policy that is too large', async () => {
    write('policy.yml', ' '.repeat(256 * 1024 + 1));
    await expect(readLayer(nodeFiles, folder)).rejects.toMatchObject({ code: 'FILE_TOO_LARGE' });
  });

  it.each(['policy.yaml', 'deploy-policy.yml', 'Policy.yml', 'policy.jws', 'defaults.yaml', 'issuer-keys.yml'])(
    'refuses %s, which nobody would read',
    async (name) => {
      write(name, 'version: 1');
      await expect(readLayer(nodeFiles, folder)).rejects.toMatchObject({
        code: 'VARIABLES_INVALID',
        got: name,
        wanted: 'the names policy.yml, issuer-keys.json, defaults.yml',
      });
    },
  );

  it('leaves other files alone: a policy may name one for its keys', async () => {
    write('pinned.json', '{}');
    write('README', 'text');
    expect((await readLayer(nodeFiles, folder)).policy).toBeUndefined();
  });

  it('refuses a link to nothing: what was to hold would not', async () => {
    symlinkSync(`${folder}/gone.yml`, `${folder}/policy.yml`);
    await expect(readLayer(nodeFiles, folder)).rejects.toMatchObject({
      code: 'VARIABLES_INVALID',
      got: 'policy.yml, a link to nothing',
    });
  });

  it('does not take a folder for a file', async () => {
    mkdirSync(`${folder}/policy.yml`);
    await expect(readLayer(nodeFiles, folder)).rejects.toThrow('EISDIR');
  });

  it.each([
    { name: 'nothing in them', text: '', faults: [/^1:1 defaults\.yml: empty/] },
    {
      name: 'a secret',
      text: variables('SIGNING_KEY: x'),
      faults: [/^1:1 SIGNING_KEY: got "SIGNING_KEY"; wanted a variable of the pipe that is no secret/],
    },
    {
      name: 'the command',
      text: variables('COMMAND: doctor'),
      faults: [/^1:1 COMMAND: got "COMMAND"; wanted a variable/],
    },
    {
      name: 'a misspelt lock',
      text: variables('TIMEOUT: { value: 1m, lock: true }'),
      faults: [/^1:23 TIMEOUT\.lock: unknown key/],
    },
    {
      name: 'a lock without value',
      text: variables('TIMEOUT: { locked: true }'),
      faults: [/^1:\d+ TIMEOUT\.value: missing; wanted a text or a list of texts/],
    },
    {
      name: 'a lock in words',
      text: variables('TIMEOUT: { value: 1m, locked: yes }'),
      faults: [/locked: got "yes"; wanted true or false/],
    },
    {
      name: 'a number',
      text: variables('TIMEOUT: 15'),
      faults: [/^1:\d+ TIMEOUT: got 15; wanted a text, or value and locked/],
    },
    { name: 'a variable twice', text: variables('TIMEOUT: 1m', 'TIMEOUT: 2m'), faults: [/^2:1 /] },
    {
      name: 'a value that no step could give',
      text: variables('# of all', 'TIMEOUT: soon'),
      faults: [/^2:1 TIMEOUT: got "soon"; wanted a number with s, m or h$/],
    },
    {
      name: 'a locked value that no step could give',
      text: variables('MODE: { locked: true, value: fast }'),
      faults: [/^1:23 MODE\.value: got "fast"; wanted prebuilt or source$/],
    },
    {
      name: 'one bad text for a list',
      text: variables('REGIONS: europe'),
      faults: [/^1:1 REGIONS: got "europe"; wanted Vercel's region ids, such as iad1$/],
    },
    {
      name: 'a bad item in a list',
      text: variables('META: { value: [a=b, c] }'),
      faults: [/^1:9 META\.value: got \["a=b","c"\]; wanted items of the form key=value$/],
    },
    {
      name: 'more items than a list may have',
      text: variables(`REGIONS: { value: [${'iad1, '.repeat(21)}] }`),
      faults: [/^1:12 REGIONS\.value: got 21 items; wanted at most 20$/],
    },
    {
      name: 'a list for one text',
      text: variables('TARGET: { value: [preview, production] }'),
      faults: [/^1:11 TARGET\.value: got \["preview","production"\]; wanted preview, production, or a custom/],
    },
    {
      name: 'a text that is too long',
      text: variables(`RECORD_DIR: ${'a'.repeat(1025)}`),
      faults: [/^1:1 RECORD_DIR: got "a+…; wanted a shorter text$/],
    },
    {
      name: 'faults of shape and of value',
      text: variables('TIMEOUT: soon', 'MODE: [source]', 'WAIT: maybe'),
      faults: [
        /^1:1 TIMEOUT: got "soon"/,
        /^2:1 MODE: got \["source"\]/,
        /^3:1 WAIT: got "maybe"; wanted true or false$/,
      ],
    },
    {
      name: 'two faults',
      text: variables('TIMEOUT: [1m]', 'VERCEL_TOKEN: x'),
      faults: [/^1:1 TIMEOUT: got \["1m"\]/, /^2:1 VERCEL_TOKEN: got "VERCEL_TOKEN"; wanted a variable/],
    },
  ])('refuses defaults with $name, with line and column', async ({ text, faults }) => {
    await expect(defaults(text)).rejects.toMatchObject({
      code: 'VARIABLES_INVALID',
      exitStatus: 2,
      message: `The organisation's defaults (${folder}/defaults.yml) cannot be used. Nothing was sent.`,
      faults: faults.map((fault) => expect.stringMatching(fault)),
    });
  });

  it('knows every variable but secrets, and what is read before the folder is', async () => {
    const url = new URL('../../schemas/layer-defaults.schema.json', import.meta.url);
    const schema = JSON.parse(await readFile(url, 'utf8')) as { propertyNames: { enum: string[] } };
    const before = ['COMMAND', 'DEBUG', 'LOG_FORMAT'];
    const wanted = [...VARIABLES.values()].filter(({ name, secret }) => !secret && !before.includes(name));
    expect(schema.propertyNames.enum).toEqual(wanted.map(({ name }) => name));
  });

  it.each(['README.md', 'docs/policy.md', 'examples/organisation/defaults.yml', 'schemas/layer-defaults.schema.json'])(
    'and %s says where the image has the others, and what is not for it at all',
    async (path) => {
      const page = await readFile(new URL(`../../${path}`, import.meta.url), 'utf8');
      const part = page.slice(page.indexOf(path.startsWith('examples') ? 'Values' : 'defaults.yml'));
      const told = part.slice(0, 2000);
      for (const word of ['COMMAND', 'HTTPS_PROXY', 'LOG_FORMAT', 'DEBUG', 'ENV']) expect(told).toContain(word);
    },
  );
});
