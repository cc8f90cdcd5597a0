import { describe, expect, it } from '@jest/globals';
import { createSandbox, type EventOptions, type Sandbox } from '../../../src/sandbox/index.ts';
import { api, create, exchange, TEAM, type Answer } from '../support/client.ts';

const T0 = 1_700_000_000_000;

function events(sandbox: Sandbox, query = '', token?: string): Promise<Answer> {
  return api(sandbox, 'GET', `/v3/events?teamId=${TEAM}${query}`, token === undefined ? {} : { token });
}

async function idsOf(sandbox: Sandbox, query: string): Promise<string[]> {
  const { body } = await events(sandbox, query);
  return (body as { events: { id: string }[] }).events.map(({ id }) => id);
}

function plantThree(sandbox: Sandbox): void {
  const planted = [
    { id: 'uev_a', type: 'deployment', projectId: 'prj_web' },
    { id: 'uev_b', type: 'alias', payload: { projectId: 'prj_new', id: 'entity' } },
    {
      ...{ id: 'uev_c', type: 'login' },
      principal: { type: 'app' as const, id: 'app_x', clientId: 'cl_x', name: 'X' },
    },
  ];
  for (const [index, one] of planted.entries()) sandbox.vercel.plantEvent({ createdAt: T0 + index * 1000, ...one });
}

describe('the activity log', () => {
  it('tells of an exchange and a deployment by the token and the reply of each', async () => {
    const sandbox = await createSandbox();
    const exchanged = await exchange(sandbox);
    const made = await create(sandbox, {}, exchanged.body.access_token as string);
    const { body } = await events(sandbox, '&withPayload=true');
    const token = sandbox.vercel.tokens.at(-1);
    const by = { principalId: token?.principalId, tokenId: token?.id, sessionId: token?.sessionId };
    expect(body).toEqual({ events: [expect.any(Object), expect.any(Object)] });
    expect(body.events).toMatchObject([
      {
        ...{ type: 'deployment', ...by, requestId: made.headers.get('x-vercel-id') },
        ...{ id: expect.stringMatching(/^uev_/), categories: ['deployment'], text: 'Vercel CLI caused deployment' },
        principal: { type: 'app', name: 'Vercel CLI' },
        payload: { deploymentId: made.body.id as string, projectId: 'prj_web', deployment: { meta: {} } },
      },
      {
        ...{ type: 'oidc-policy-used-to-obtain-app-token', ...by, requestId: exchanged.headers.get('x-vercel-id') },
        payload: { policyId: 'pol_web', publicId: token?.id, authMethod: 'token-exchange-oidc' },
      },
    ]);
  });

  it('keeps the payload to itself unless it is asked for', async () => {
    const sandbox = await createSandbox();
    plantThree(sandbox);
    expect((await events(sandbox)).body.events[1]).not.toHaveProperty('payload');
    expect((await events(sandbox, '&withPayload=true')).body.events[1].payload.id).toBe('entity');
  });

  it.each([
    { query: '', wanted: ['uev_c', 'uev_b', 'uev_a'] },
    { query: '&types=deployment,login', wanted: ['uev_c', 'uev_a'] },
    { query: '&projectIds=prj_new', wanted: ['uev_b'] },
    { query: '&principalId=app_x&userId=usr_someone', wanted: ['uev_c'] },
    { query: '&userId=usr_someone', wanted: ['uev_b', 'uev_a'] },
    { query: '&entityId=entity', wanted: ['uev_b'] },
    { query: `&since=${String(T0 + 1000)}`, wanted: ['uev_c', 'uev_b'] },
    { query: `&until=${String(T0 + 1000)}`, wanted: ['uev_b', 'uev_a'] },
    { query: '&since=2023-11-14T22:13:21.000Z&until=2023-11-14T23:13:21.500%2B01:00', wanted: ['uev_b'] },
    { query: '&limit=1', wanted: ['uev_c'] },
  ])('asked with "$query" shows $wanted', async ({ query, wanted }) => {
    const sandbox = await createSandbox();
    plantThree(sandbox);
    expect(await idsOf(sandbox, query)).toEqual(wanted);
  });

  it.each([
    { query: '&limit=102', text: 'limit should be 1 to 101, got "102"' },
    { query: '&since=yesterday', text: 'since should be a date or milliseconds, got "yesterday"' },
    { query: '&withPayload=1', text: 'withPayload should be true or false, got "1"' },
    { query: '&page=2', text: 'Unknown query parameter page.' },
  ])('refuses "$query"', async ({ query, text }) => {
    const { status, body } = await events(await createSandbox(), query);
    expect(status).toBe(400);
    expect(body.error.message).toContain(text);
  });

  it('may leave out what happened at until itself', async () => {
    const sandbox = await createSandbox({ events: { untilIsInclusive: false } });
    plantThree(sandbox);
    expect(await idsOf(sandbox, `&until=${String(T0 + 1000)}`)).toEqual(['uev_a']);
  });
});

describe("a token of a project's, or of an app", () => {
  it('reads no events where it is of some projects', async () => {
    const sandbox = await createSandbox();
    const { token } = sandbox.vercel.issueUserToken(60, ['prj_web']);
    const { status, body } = await events(sandbox, '', token);
    expect(status).toBe(403);
    expect(body.error).toMatchObject({ code: 'forbidden', team_unauthorized: true });
  });

  it.each([
    { name: 'every project', options: undefined, projectIds: ['*'], status: 200 },
    { name: 'one project', options: undefined, projectIds: ['prj_web'], status: 403 },
    { name: 'a policy without the right', options: { openToApps: false }, projectIds: ['*'], status: 403 },
  ])('of an app with $name gets $status', async ({ options, projectIds, status }) => {
    const sandbox = await createSandbox({
      policies: [{ policyId: 'pol_a', projectIds }],
      ...(options ? { events: options } : {}),
    });
    const token = (await exchange(sandbox)).body.access_token as string;
    expect((await events(sandbox, '', token)).status).toBe(status);
  });
});

describe('an event', () => {
  async function made(options: EventOptions): Promise<Record<string, unknown>[]> {
    const sandbox = await createSandbox({ events: options, deployment: { polls: 1 } });
    const token = (await exchange(sandbox)).body.access_token as string;
    const { id } = (await create(sandbox, {}, token)).body as { id: string };
    await api(sandbox, 'GET', `/v13/deployments/${id}?teamId=${TEAM}`);
    return (await events(sandbox, '&withPayload=true')).body.events as Record<string, unknown>[];
  }

  it('may come without what the SDK marks as optional', async () => {
    const [aliases, deployment, use] = await made({ payloads: 'required' });
    expect(aliases?.['payload']).toEqual({ projectId: 'prj_web', aliasCount: 1 });
    expect(deployment?.['payload']).toEqual({ url: expect.any(String) });
    expect(use?.['payload']).toMatchObject({ policy: { policyId: 'pol_web' }, appName: 'Vercel CLI' });
    expect(use?.['payload']).not.toHaveProperty('policyId');
  });

  it('may come without its traces', async () => {
    for (const event of await made({ traces: false })) {
      expect(Object.keys(event)).not.toEqual(expect.arrayContaining(['tokenId']));
      expect(event).not.toHaveProperty('requestId');
    }
  });

  it.each([
    { automaticAliases: 'system' as const, wanted: [{ type: 'system' }] },
    { automaticAliases: 'creator' as const, wanted: [expect.objectContaining({ type: 'app' })] },
    { automaticAliases: 'none' as const, wanted: [] },
  ])('of automatic names is by: $automaticAliases', async ({ automaticAliases, wanted }) => {
    const all = await made({ automaticAliases });
    const principals = all.filter(({ type }) => type === 'aliases-assigned').map(({ principal }) => principal);
    expect(principals).toEqual(wanted);
  });
});
