import { describe, expect, it } from '@jest/globals';
import { createSandbox } from '../../../src/sandbox/index.ts';
import { api, create, createBody, CREATE_PATH } from '../support/client.ts';

describe('the body', () => {
  it.each<{ name: string; body: Record<string, unknown>; status?: number; code?: string; text: string }>([
    { name: 'no name', body: { name: undefined }, text: 'missing required property `name`' },
    { name: 'an unknown key', body: { targets: [] }, text: 'should NOT have additional property `targets`' },
    { name: 'an inherited key', body: { constructor: 1 }, text: 'should NOT have additional property `constructor`' },
    { name: 'meta that is no text', body: { meta: { build: 42 } }, text: '`meta` is of the wrong type' },
    { name: 'an unknown git field', body: { gitMetadata: { sha: 'x' } }, text: '`gitMetadata.sha`' },
    {
      name: 'a git field of another type',
      body: { gitMetadata: { dirty: 'no' } },
      text: '`gitMetadata.dirty` is of the wrong type: "no"',
    },
    { name: 'a region that is none', body: { regions: ['fra1', 'fra9'] }, text: '`regions` is of the wrong type' },
    { name: 'an unknown setting', body: { projectSettings: { cpu: 1 } }, text: '`projectSettings.cpu`' },
    { name: 'another version', body: { version: 1 }, text: '`version` is of the wrong type: 1' },
    { name: 'build other than env', body: { build: { command: 'x' } }, text: '`build` is of the wrong type' },
    { name: 'the target preview', body: { target: 'preview' }, text: 'got "preview"' },
    {
      name: 'an unknown environment',
      body: { customEnvironmentSlugOrId: 'dev' },
      status: 404,
      code: 'not_found',
      text: 'Project web has no custom environment "dev"',
    },
    {
      name: 'two targets',
      body: { target: 'production', customEnvironmentSlugOrId: 'qa' },
      text: 'exclude each other',
    },
    {
      name: 'a preview without domains',
      body: { autoAssignCustomDomains: false },
      text: '`autoAssignCustomDomains: false` needs `target: production`',
    },
    {
      name: 'an unknown project',
      body: { project: 'prj_x' },
      status: 404,
      code: 'not_found',
      text: 'Project prj_x not found',
    },
    { name: 'no files', body: { files: undefined }, text: '`files` should be array' },
    {
      name: 'what the sandbox does not play',
      body: { deploymentId: 'dpl_1' },
      status: 501,
      code: 'sandbox_unsupported',
      text: 'does not play `deploymentId`',
    },
  ])('is refused with $name', async ({ body, status = 400, code = 'bad_request', text }) => {
    const sandbox = await createSandbox();
    const reply = await create(sandbox, body);
    expect(reply.status).toBe(status);
    expect(reply.body.error).toMatchObject({ code, message: expect.stringContaining(text) });
    expect(sandbox.vercel.deployments.filter((one) => one.body)).toHaveLength(0);
  });

  it.each<{ name: string; path: string; code: string; text: string }>([
    {
      name: 'without confirmation of the settings',
      path: '/v13/deployments?teamId=team_acme',
      code: 'missing_project_settings',
      text: 'skipAutoDetectionConfirmation=1',
    },
    { name: 'with a flag that is none', path: `${CREATE_PATH}&forceNew=yes`, code: 'bad_request', text: 'got "yes"' },
  ])('is refused $name', async ({ path, code, text }) => {
    const reply = await api(await createSandbox(), 'POST', path, { json: createBody() });
    expect(reply.status).toBe(400);
    expect(reply.body.error).toMatchObject({ code, message: expect.stringContaining(text) });
  });

  it('is taken as the real CLI sends it', async () => {
    const reply = await create(await createSandbox(), {
      env: {},
      build: { env: {} },
      meta: { build: '42' },
      target: 'production',
      projectSettings: { sourceFilesOutsideRootDirectory: true, rootDirectory: null },
      source: 'cli',
      gitMetadata: {
        remoteUrl: 'https://x',
        commitAuthorName: 'N',
        commitAuthorEmail: 'dev@acme.example',
        dirty: true,
      },
      version: 2,
    });
    expect(reply.status).toBe(200);
    expect(reply.body).toMatchObject({ target: 'production', source: 'cli', meta: { build: '42' } });
  });
});

describe('the target', () => {
  it.each<{ name: string; body: Record<string, unknown>; target: string | null; slug?: string }>([
    { name: 'preview', body: {}, target: null },
    { name: 'production', body: { target: 'production' }, target: 'production' },
    { name: 'staging', body: { target: 'staging' }, target: 'staging' },
    { name: 'an environment by slug', body: { customEnvironmentSlugOrId: 'qa' }, target: null, slug: 'qa' },
    { name: 'an environment by id', body: { target: 'env_qa' }, target: null, slug: 'qa' },
    { name: 'the first of a project', body: { project: 'prj_new' }, target: 'production' },
  ])('of $name is $target', async ({ body, target, slug }) => {
    const reply = await create(await createSandbox(), body);
    expect(reply.status).toBe(200);
    expect(reply.body.target).toBe(target);
    expect(reply.body.customEnvironment?.slug).toBe(slug);
  });

  it('of the second deployment of a project is what was asked', async () => {
    const sandbox = await createSandbox();
    await create(sandbox, { project: 'prj_new' });
    expect((await create(sandbox, { project: 'prj_new' })).body.target).toBeNull();
  });

  it('stays production until one has not failed', async () => {
    const sandbox = await createSandbox({ deployment: { outcome: 'ERROR', polls: 1 } });
    const { body } = await create(sandbox, { project: 'prj_new' });
    await api(sandbox, 'GET', `/v13/deployments/${String(body.id)}?teamId=team_acme`);
    expect((await create(sandbox, { project: 'prj_new' })).body.target).toBe('production');
  });
});
