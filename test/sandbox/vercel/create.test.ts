import { describe, expect, it } from '@jest/globals';
import { createSandbox, type SandboxOptions } from '../../../src/sandbox/index.ts';
import {
  api,
  CONFIG,
  create,
  CREATE_PATH,
  createBody,
  exchange,
  inlineFiles,
  sha1,
  upload,
} from '../support/client.ts';

const CONFIG_ENTRY = { file: '.vercel/output/config.json', sha: sha1(CONFIG), size: CONFIG.length, mode: 0o100644 };

describe('missing files', () => {
  it('are named once each, then uploaded, then known', async () => {
    const sandbox = await createSandbox({ deployment: { polls: 1 } });
    const page = { sha: sha1('page'), size: 4, mode: 0o100644 };
    const files = [CONFIG_ENTRY, { ...page, file: 'a.html' }, { ...page, file: 'b.html' }];
    const first = await create(sandbox, { files });
    expect(first.status).toBe(400);
    expect(first.body.error).toMatchObject({ code: 'missing_files', missing: [sha1(CONFIG), sha1('page')] });
    await upload(sandbox, CONFIG);
    expect((await create(sandbox, { files })).body.error.missing).toEqual([sha1('page')]);
    await upload(sandbox, 'page');
    const made = await create(sandbox, { files });
    expect(made.status).toBe(200);
    expect(made.body).toMatchObject({ readyState: 'QUEUED', target: null, aliasAssigned: false });
    const [deployment] = sandbox.vercel.deployments.filter(({ body }) => body);
    expect(deployment?.files.map(({ file }) => file)).toEqual(['.vercel/output/config.json', 'a.html', 'b.html']);
    expect(deployment?.body).toMatchObject({ files });
  });

  it('do not excuse a wrong size', async () => {
    const sandbox = await createSandbox();
    await upload(sandbox, CONFIG);
    const reply = await create(sandbox, { files: [{ ...CONFIG_ENTRY, size: 1 }] });
    expect(reply.status).toBe(400);
    expect(reply.body.error.message).toContain(`size of .vercel/output/config.json is ${String(CONFIG.length)}, not 1`);
  });
});

describe('who made it', () => {
  it('is an app for an exchanged token, and a user for a classic one', async () => {
    const sandbox = await createSandbox();
    const token = (await exchange(sandbox)).body.access_token as string;
    expect((await create(sandbox, {}, token)).body.creator).toMatchObject({ type: 'app' });
    expect((await create(sandbox)).body.creator).toEqual({
      type: 'user',
      uid: 'usr_dev',
      username: 'dev',
      email: 'dev@acme.example',
    });
    expect(sandbox.vercel.events.filter(({ type }) => type === 'deployment')).toHaveLength(2);
  });

  it('may not be outside the policy', async () => {
    const sandbox = await createSandbox({ policies: [{ policyId: 'pol_a', projectIds: ['prj_new'] }] });
    const token = (await exchange(sandbox)).body.access_token as string;
    const reply = await create(sandbox, {}, token);
    expect(reply.status).toBe(403);
    expect(reply.body.error.message).toContain('does not cover project prj_web');
  });
});

describe('limits and twins', () => {
  it('limits deployments by the day', async () => {
    const sandbox = await createSandbox({ limits: { deployments: 1 } });
    await create(sandbox);
    const reply = await create(sandbox);
    expect(reply.status).toBe(429);
    expect(reply.body.error.name).toBe('api-deployments-free-per-day');
  });

  it.each<{ name: string; options: SandboxOptions; path: string; twins: boolean }>([
    { name: 'returns an older one', options: { deduplicate: true }, path: CREATE_PATH, twins: true },
    {
      name: 'makes a new one by force',
      options: { deduplicate: true },
      path: `${CREATE_PATH}&forceNew=1`,
      twins: false,
    },
    { name: 'makes a new one by default', options: {}, path: CREATE_PATH, twins: false },
  ])('$name', async ({ options, path, twins }) => {
    const sandbox = await createSandbox(options);
    const json = createBody({ files: inlineFiles({ 'a.html': 'a' }) });
    const first = await api(sandbox, 'POST', path, { json });
    const second = await api(sandbox, 'POST', path, { json });
    expect(second.status).toBe(200);
    expect(second.body.id === first.body.id).toBe(twins);
  });
});
