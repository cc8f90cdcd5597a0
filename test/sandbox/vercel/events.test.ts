import { describe, expect, it } from '@jest/globals';
import { createSandbox, type DeploymentPlan, type Sandbox } from '../../../src/sandbox/index.ts';
import { api, create, CREATE_PATH, createBody } from '../support/client.ts';

async function follow(sandbox: Sandbox, query = '', path = '/v3/deployments'): Promise<Record<string, unknown>[]> {
  const { id } = (await create(sandbox)).body as { id: string };
  const reply = await api(sandbox, 'GET', `${path}/${id}/events?follow=1&teamId=team_acme${query}`);
  expect(reply.headers.get('content-type')).toBe('application/stream+json');
  const lines = (reply.body as string).split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('the event stream', () => {
  it.each(['/v3/deployments', '/v3/now/deployments'])('of %s ends with the alias', async (path) => {
    const sandbox = await createSandbox({ deployment: { eventMs: 1 } });
    const events = await follow(sandbox, '&direction=forward&format=lines', path);
    const { id, aliases } = sandbox.vercel.deployments.at(-1) ?? {};
    expect(events.at(-1)).toEqual({
      type: 'alias-assigned',
      deploymentId: id,
      date: expect.any(Number),
      alias: aliases,
      aliasError: null,
      aliasWarning: null,
    });
    expect(events.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['stdout', 'stderr', 'command', 'deployment-state', 'alias-assigned']),
    );
    expect(events[0]).toMatchObject({ deploymentId: id, created: events[0]?.['date'], info: { type: 'build' } });
    const dates = events.map(({ date }) => date as number);
    expect([...new Set(dates)].sort((a, b) => a - b)).toEqual(dates);
    expect(sandbox.journal.at(-1)?.endedAt).toBeLessThan(Infinity);
  });

  it.each<{ name: string; plan: Partial<DeploymentPlan>; wanted: object }>([
    {
      name: 'the failure',
      plan: { outcome: 'ERROR', errorMessage: 'no entry' },
      wanted: { type: 'deployment-state', info: { readyState: 'ERROR' } },
    },
    {
      name: 'the failed alias',
      plan: { outcome: 'ALIAS_ERROR' },
      wanted: { type: 'alias-assigned', alias: [], aliasError: { code: 'cert_missing' } },
    },
    { name: 'the block', plan: { outcome: 'BLOCKED' }, wanted: { info: { readyState: 'BLOCKED' } } },
  ])('ends with $name', async ({ plan, wanted }) => {
    const events = await follow(await createSandbox({ deployment: { eventMs: 1, ...plan } }));
    expect(events.at(-1)).toMatchObject(wanted);
  });

  it('says on stderr why a build failed', async () => {
    const sandbox = await createSandbox({ deployment: { eventMs: 1, outcome: 'ERROR', errorMessage: 'no entry' } });
    const events = await follow(sandbox);
    expect(events).toContainEqual(expect.objectContaining({ type: 'stderr', text: 'Error: no entry', level: 'error' }));
  });

  it.each([
    { name: 'with it', options: {}, skipped: 2 },
    { name: 'behind it', options: { sinceIsExclusive: true }, skipped: 3 },
  ])('goes on from `since`, $name', async ({ options, skipped }) => {
    const sandbox = await createSandbox({ deployment: { eventMs: 1 }, ...options });
    const all = await follow(sandbox);
    const { id } = sandbox.vercel.deployments.at(-1) ?? { id: '' };
    const path = `/v3/deployments/${id}/events?since=${String(all[2]?.['date'])}&teamId=team_acme`;
    const wanted = all.slice(skipped).map(({ date }) => date);
    const rest = (await api(sandbox, 'GET', `${path}&follow=1`)).body as string;
    const lines = rest.trim().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { date: number }).date)).toEqual(wanted);
    const list = (await api(sandbox, 'GET', path)).body as { date: number }[];
    expect(list.map(({ date }) => date)).toEqual(wanted);
  });

  it('of sources tells of a build', async () => {
    const sandbox = await createSandbox({ deployment: { eventMs: 1 } });
    const path = CREATE_PATH.replace('prebuilt=1&', '');
    const files = [{ file: 'index.html', data: 'page' }];
    const { body } = await api(sandbox, 'POST', path, { json: createBody({ files }) });
    const { body: log } = await api(
      sandbox,
      'GET',
      `/v3/deployments/${String(body.id)}/events?follow=1&teamId=team_acme`,
    );
    expect(log).toContain('"Downloading 1 deployment files..."');
    expect(log).toContain('"Running \\"vercel build\\""');
    expect(log).not.toContain('prebuilt');
  });

  it('is open while nothing happens, and ends when the client leaves', async () => {
    const sandbox = await createSandbox({ deployment: { eventMs: 1, outcome: 'STUCK' } });
    const { id } = (await create(sandbox)).body as { id: string };
    const response = await sandbox.handle(
      new Request(`${sandbox.vercelUrl}/v3/deployments/${id}/events?follow=1&teamId=team_acme`, {
        headers: { authorization: `Bearer ${sandbox.vercel.classicToken}` },
      }),
    );
    const reader = response.body?.getReader();
    expect((await reader?.read())?.done).toBe(false);
    expect(sandbox.journal.at(-1)?.endedAt).toBe(Infinity);
    await reader?.cancel();
    expect(sandbox.journal.at(-1)?.endedAt).toBeLessThan(Infinity);
  });
});

describe('the log as a list', () => {
  it('gives what there is, either way round', async () => {
    const sandbox = await createSandbox({ deployment: { polls: 1 } });
    const { id } = (await create(sandbox)).body as { id: string };
    await api(sandbox, 'GET', `/v13/deployments/${id}?teamId=team_acme`);
    const path = `/v3/deployments/${id}/events?teamId=team_acme`;
    const forward = (await api(sandbox, 'GET', path)).body as { id: string }[];
    const last = await api(sandbox, 'GET', `${path}&direction=backward&limit=2`);
    expect(forward.length).toBeGreaterThan(5);
    expect(last.body).toEqual(forward.slice(-2).reverse());
    const lines = (await api(sandbox, 'GET', `${path}&format=lines`)).body as string;
    expect(lines.trim().split('\n')).toHaveLength(forward.length);
  });

  it('refuses a `since` that is no number', async () => {
    const sandbox = await createSandbox();
    const { id } = (await create(sandbox)).body as { id: string };
    const reply = await api(sandbox, 'GET', `/v3/deployments/${id}/events?teamId=team_acme&since=now`);
    expect(reply.status).toBe(400);
    expect(reply.body.error.message).toBe('Query parameter since should be a number, got "now"');
  });
});
