import { describe, expect, it } from '@jest/globals';
import { createSandbox } from '../../../src/sandbox/index.ts';
import { api, CREATE_PATH, create, createBody, inlineFiles } from '../support/client.ts';

const F = '.vercel/output/functions';
const NODE = JSON.stringify({ runtime: 'nodejs22.x', handler: 'index.js', launcherType: 'Nodejs' });
const EDGE = JSON.stringify({ runtime: 'edge', entrypoint: 'index.js' });
const link = (file: string, data: string): object => ({ file, data, mode: 0o120777 });
const config = (text: string): Record<string, string> => ({ '.vercel/output/config.json': text });
const nodeFunction = { [`${F}/a.func/.vc-config.json`]: NODE, [`${F}/a.func/index.js`]: '' };

describe('a Build Output that the server cannot read', () => {
  it.each<{ name: string; files: object[]; text: string }>([
    { name: 'no config.json', files: inlineFiles(nodeFunction).slice(1), text: 'Config file was not found' },
    { name: 'no JSON', files: inlineFiles(config('{')), text: 'is not a JSON object' },
    { name: 'another version', files: inlineFiles(config('{"version":2}')), text: 'Expected `version: 3`' },
    {
      name: 'a bad deploymentId',
      files: inlineFiles(config('{"version":3,"deploymentId":"a b"}')),
      text: 'Invalid `deploymentId`',
    },
    {
      name: 'a function without .vc-config.json',
      files: inlineFiles({ [`${F}/a.func/index.js`]: '' }),
      text: `Function "${F}/a.func" has no ".vc-config.json"`,
    },
    {
      name: 'a function that is a file',
      files: inlineFiles({ [`${F}/a.func`]: '' }),
      text: `Function "${F}/a.func" is a file`,
    },
    {
      name: 'a link to nothing',
      files: [...inlineFiles(nodeFunction), link(`${F}/b.func`, 'c.func')],
      text: `Function "${F}/b.func" is a symlink whose target is not a function`,
    },
    {
      name: 'a link out of the functions',
      files: [...inlineFiles(nodeFunction), link(`${F}/b.func`, '../../a.func')],
      text: 'is a symlink whose target is not a function',
    },
    {
      name: 'a link to itself',
      files: [...inlineFiles(nodeFunction), link(`${F}/b.func`, 'b.func')],
      text: 'is a symlink whose target is not a function',
    },
    {
      name: 'an unknown runtime',
      files: inlineFiles({ [`${F}/a.func/.vc-config.json`]: '{"runtime":"nodejs12.x"}' }),
      text: 'has the invalid runtime "nodejs12.x"',
    },
    {
      name: 'a handler that is not there',
      files: inlineFiles({ [`${F}/a.func/.vc-config.json`]: NODE }),
      text: 'The handler "index.js"',
    },
    {
      name: 'an entrypoint that is not there',
      files: inlineFiles({ [`${F}/a.func/.vc-config.json`]: EDGE }),
      text: 'The entrypoint "index.js"',
    },
    {
      name: 'a mapped file that is not there',
      files: inlineFiles({
        ...nodeFunction,
        [`${F}/a.func/.vc-config.json`]: JSON.stringify({
          runtime: 'nodejs22.x',
          handler: 'index.js',
          filePathMap: { x: 'lib/x.js' },
        }),
      }),
      text: 'File "lib/x.js" of `filePathMap["x"]`',
    },
    {
      name: 'a prerender over an Edge Function',
      files: inlineFiles({
        [`${F}/a.func/.vc-config.json`]: EDGE,
        [`${F}/a.func/index.js`]: '',
        [`${F}/a.prerender-config.json`]: '{}',
      }),
      text: 'points at an Edge Function',
    },
  ])('fails the deployment: $name', async ({ files, text }) => {
    const sandbox = await createSandbox({ deployment: { polls: 1 } });
    const made = await create(sandbox, { files });
    expect(made.status).toBe(200);
    const { body } = await api(sandbox, 'GET', `/v13/deployments/${String(made.body.id)}?teamId=team_acme`);
    expect(body).toMatchObject({ readyState: 'ERROR', errorCode: 'BUILD_FAILED', aliasAssigned: false });
    expect(body.errorMessage).toContain(text);
  });
});

describe('a Build Output that the server can read', () => {
  const whole = [
    ...inlineFiles({
      ...nodeFunction,
      [`${F}/edge/e.func/.vc-config.json`]: EDGE,
      [`${F}/edge/e.func/index.js`]: '',
      [`${F}/m.func/.vc-config.json`]: JSON.stringify({
        runtime: 'nodejs24.x',
        handler: 'lib/m.js',
        filePathMap: { 'lib/m.js': 'lib/m.js' },
      }),
      'lib/m.js': '',
    }),
    link(`${F}/edge/linked.func`, '../a.func'),
    link(`${F}/twice.func`, 'edge/linked.func'),
  ];
  it.each([
    { name: 'with functions, links and mapped files', path: CREATE_PATH, files: whole },
    { name: 'not at all where it is source', path: CREATE_PATH.replace('prebuilt=1&', ''), files: [] },
  ])('is judged $name', async ({ path, files }) => {
    const sandbox = await createSandbox({ deployment: { polls: 1 } });
    const made = await api(sandbox, 'POST', path, { json: createBody({ files }) });
    const { body } = await api(sandbox, 'GET', `/v13/deployments/${String(made.body.id)}?teamId=team_acme`);
    expect(body.errorMessage).toBeUndefined();
    expect(body).toMatchObject({ readyState: 'READY', aliasAssigned: true });
  });
});
