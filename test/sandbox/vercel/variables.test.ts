import { describe, expect, it } from '@jest/globals';
import { createSandbox, type Sandbox } from '../../../src/sandbox/index.ts';
import { VALUE_CANARY } from '../../../src/sandbox/vercel/variables.ts';
import { api, ask, exchange, type Answer } from '../support/client.ts';

const PATH = '/v10/projects/prj_web/env';
const list = (sandbox: Sandbox, query = '?teamId=team_acme', token?: string): Promise<Answer> =>
  api(sandbox, 'GET', `${PATH}${query}`, token === undefined ? {} : { token });

interface Variable {
  readonly key: string;
  readonly value: string;
  readonly id: string;
  readonly createdAt: number;
  readonly updatedAt: number;
}
const find = ({ body }: Answer, key: string): Variable | undefined =>
  (body.envs as Variable[]).find((one) => one.key === key);

describe("a project's variables", () => {
  it('come with values: in the clear for the plain, sealed for the others', async () => {
    const reply = await list(await createSandbox());
    expect(reply.body.pagination).toEqual({ count: 4, next: null, prev: null });
    expect(find(reply, 'API_URL')).toMatchObject({
      ...{ type: 'plain', value: `${VALUE_CANARY}-API_URL`, decrypted: true },
      ...{ target: ['production', 'preview', 'development'], customEnvironmentIds: ['env_qa'] },
    });
    const { value = '' } = find(reply, 'DATABASE_URL') ?? {};
    expect(value).not.toContain(VALUE_CANARY);
    expect(Buffer.from(value, 'base64').toString()).toContain(`${VALUE_CANARY}-DATABASE_URL`);
  });

  it('are for a bearer of the team, and nobody asks to decrypt them', async () => {
    const sandbox = await createSandbox();
    expect((await ask(sandbox, `${PATH}?teamId=team_acme`)).status).toBe(401);
    expect((await list(sandbox, '')).body.error.message).toContain('teamId is missing');
    expect((await list(sandbox, '?teamId=team_other')).status).toBe(403);
    const decrypt = await list(sandbox, '?teamId=team_acme&decrypt=true');
    expect(decrypt.status).toBe(400);
    expect(decrypt.body.error.message).toBe('Unknown query parameter decrypt.');
  });

  it('may be for users alone, or hidden for production', async () => {
    const variables = [{ key: 'A' }, { key: 'B', target: ['preview'] as const }];
    const users = await createSandbox({
      projects: [{ id: 'prj_web', name: 'web', variables, variablesNeedUser: true }],
    });
    const token = (await exchange(users)).body.access_token as string;
    const refused = await list(users, '', token);
    expect(refused.status).toBe(403);
    expect(refused.body.error).toEqual({
      code: 'forbidden',
      message: 'The token may not read the variables of prj_web',
    });
    expect((await list(users)).status).toBe(200);
    const hidden = await createSandbox({
      projects: [{ id: 'prj_web', name: 'web', variables, hideProductionVariables: true }],
    });
    const { body } = await list(hidden);
    expect(body).toMatchObject({ envs: [{ key: 'B' }], hiddenProductionEnvCount: 1 });
  });

  it('keep their id and time with a new value, and get others when they are made again', async () => {
    let now = 1000;
    const sandbox = await createSandbox({ now: () => now });
    const before = find(await list(sandbox), 'DATABASE_URL');
    now = 2000;
    sandbox.vercel.setVariable('prj_web', { key: 'DATABASE_URL', target: ['production'] });
    const after = find(await list(sandbox), 'DATABASE_URL');
    expect(before).toMatchObject({ createdAt: 1000, updatedAt: 1000 });
    expect(after).toMatchObject({ id: before?.id, createdAt: 1000, updatedAt: 2000 });
    expect(after?.value).not.toBe(before?.value);
    sandbox.vercel.removeVariable('prj_web', 'DATABASE_URL');
    expect(find(await list(sandbox), 'DATABASE_URL')).toBeUndefined();
    sandbox.vercel.setVariable('prj_web', { key: 'DATABASE_URL', target: ['production'] });
    expect(find(await list(sandbox), 'DATABASE_URL')?.id).not.toBe(before?.id);
  });
});

describe('the project', () => {
  it('has settings, and secrets beside them', async () => {
    const settings = { framework: 'nextjs', outputDirectory: undefined };
    const sandbox = await createSandbox({
      projects: [{ id: 'prj_web', name: 'web', settings, variables: [{ key: 'A', type: 'plain' }] }],
    });
    const { body } = await api(sandbox, 'GET', '/v9/projects/prj_web?teamId=team_acme');
    expect(body).toMatchObject({ framework: 'nextjs', nodeVersion: '24.x', resourceConfig: { fluid: true } });
    expect(body).not.toHaveProperty('outputDirectory');
    expect(body.env).toMatchObject([{ key: 'A', value: `${VALUE_CANARY}-A` }]);
    expect(Object.keys(body.protectionBypass as object)).toEqual([`${VALUE_CANARY}-bypass`]);
  });

  it('lists its custom environments', async () => {
    const sandbox = await createSandbox();
    const { body } = await api(sandbox, 'GET', '/v9/projects/prj_web/custom-environments?teamId=team_acme');
    expect(body).toMatchObject({ accountLimit: { total: 12 }, environments: [{ id: 'env_qa', slug: 'qa' }] });
  });
});
