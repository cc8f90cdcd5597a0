import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { serveSandbox, type ServedSandbox } from '../../src/sandbox/index.ts';
import { create } from './support/client.ts';

describe('serveSandbox', () => {
  let served: ServedSandbox;
  beforeEach(async () => {
    served = await serveSandbox();
  });
  afterEach(() => served.close());

  function get(path: string): Promise<Response> {
    const { url, sandbox } = served;
    return fetch(`${url}${path}`, { headers: { authorization: `Bearer ${sandbox.vercel.classicToken}` } });
  }

  it('is both services at one address of this machine', async () => {
    const { url, sandbox } = served;
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(sandbox.issuer.url).toBe(`${url}/2.0/workspaces/acme/pipelines-config/identity/oidc`);
    const keys = (await (await fetch(`${sandbox.issuer.url}/keys.json`)).json()) as { keys: unknown[] };
    expect(keys.keys).toHaveLength(1);
    const user = await get('/v2/user');
    expect(user.status).toBe(200);
    expect(user.headers.get('x-vercel-id')).toMatch(/^fra1::sndbx-/);
  });

  it('answers as the sandbox in this process does, with a length', async () => {
    const { url, sandbox } = served;
    const { classicToken } = sandbox.vercel;
    const digest = createHash('sha1').update('hello').digest('hex');
    const asked: [string, RequestInit][] = [
      ['/v2/files?teamId=team_acme', { method: 'POST', body: 'hello', headers: { 'x-vercel-digest': digest } }],
      ['/v2/files?teamId=team_acme', { method: 'POST', body: 'hullo', headers: { 'x-vercel-digest': digest } }],
      ['/v9/projects/prj_web?teamId=team_acme', {}],
      ['/v9/projects/prj_web?teamId=team_acme&teamId=x', {}],
      ['/nothing', { method: 'DELETE' }],
    ];
    for (const [path, { headers, ...init }] of asked) {
      const all = { ...(headers as Record<string, string>), authorization: `Bearer ${classicToken}` };
      const inside = await sandbox.handle(
        new Request(`${url}${path}`, { ...init, headers: { ...all, 'content-length': '5' } }),
      );
      const outside = await fetch(`${url}${path}`, { ...init, headers: all });
      const text = await outside.text();
      expect([outside.status, text]).toEqual([inside.status, await inside.text()]);
      expect(outside.headers.get('content-length')).toBe(String(Buffer.byteLength(text)));
    }
    expect(sandbox.journal.map(({ status, bodySize }) => [status, bodySize])).toEqual(
      [200, 400, 200, 400, 404].flatMap((status, index) => {
        const entry = [status, index < 2 ? 5 : 0];
        return [entry, entry];
      }),
    );
  });

  it('ends a stream that would go on for ever when its client has left', async () => {
    const { sandbox, url } = served;
    sandbox.vercel.planDeployments({ outcome: 'STUCK', eventMs: 1 });
    const { id } = (await create(sandbox)).body as { id: string };
    const leave = new AbortController();
    const reply = await fetch(`${url}/v3/deployments/${id}/events?follow=1&teamId=team_acme`, {
      headers: { authorization: `Bearer ${sandbox.vercel.classicToken}` },
      signal: leave.signal,
    });
    await reply.body?.getReader().read();
    await sleep(150);
    const entry = sandbox.journal.at(-1);
    expect(entry?.endedAt).toBe(Infinity);
    leave.abort();
    await sleep(300);
    expect(entry?.endedAt).toBeLessThan(Infinity);
  });

  it('reads a body while it waits to answer', async () => {
    await served.close();
    served = await serveSandbox({ latencyMs: 150 });
    const { url, sandbox } = served;
    const reply = fetch(`${url}/v2/files?teamId=team_acme`, {
      method: 'POST',
      body: 'hello',
      headers: {
        authorization: `Bearer ${sandbox.vercel.classicToken}`,
        'x-vercel-digest': createHash('sha1').update('hello').digest('hex'),
      },
    });
    const answered = (): boolean => (sandbox.journal[0]?.endedAt ?? Infinity) < Infinity;
    while (sandbox.vercel.files.size === 0 && !answered()) await sleep(5);
    expect(sandbox.vercel.files.size).toBe(1);
    expect(sandbox.journal[0]).toMatchObject({ status: 0, endedAt: Infinity });
    expect((await reply).status).toBe(200);
    const { startedAt: from = 0, endedAt = 0 } = sandbox.journal[0] ?? {};
    expect(endedAt - from).toBeGreaterThan(148);
  });

  it('cuts a stream off where it was told to', async () => {
    const { sandbox } = served;
    const { id } = sandbox.vercel.plantDeployment({ projectId: 'prj_web' });
    sandbox.misbehave({ match: { path: /events/ }, action: { kind: 'cut-stream', lines: 1 } });
    const reply = await get(`/v3/deployments/${id}/events?follow=1&teamId=team_acme`);
    const reader = reply.body?.getReader();
    const first = Buffer.from((await reader?.read())?.value ?? []).toString();
    expect(first.trim().split('\n')).toHaveLength(1);
    await expect(reader?.read()).rejects.toMatchObject({ name: 'TypeError', message: 'terminated' });
  });

  it('breaks the socket where it was told to', async () => {
    served.sandbox.misbehave({ match: {}, action: { kind: 'reset' } });
    await expect(get('/v2/user')).rejects.toMatchObject({ cause: { code: 'UND_ERR_SOCKET' } });
    expect((await get('/v2/user')).status).toBe(200);
  });

  it('breaks the socket in the middle of an answer', async () => {
    served.sandbox.misbehave({ match: {}, action: { kind: 'truncate', bytes: 5 } });
    const reply = await get('/v2/user');
    expect(reply.status).toBe(200);
    await expect(reply.text()).rejects.toMatchObject({ name: 'TypeError', message: 'terminated' });
  });

  it('keeps the connection when it refuses a body unread', async () => {
    const { url, sandbox } = served;
    sandbox.misbehave({ match: {}, action: { kind: 'status', status: 503 } });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const sockets = new Set<unknown>();
    const post = (): Promise<number | undefined> =>
      new Promise((resolve, reject) => {
        const outgoing = request(`${url}/v2/files`, { method: 'POST', agent }, (reply) => {
          reply.resume().once('end', () => resolve(reply.statusCode));
        });
        outgoing.once('socket', (socket) => sockets.add(socket)).once('error', reject);
        outgoing.end(Buffer.alloc(1_000_000));
      });
    expect([await post(), await post()]).toEqual([503, 401]);
    expect(sockets.size).toBe(1);
    agent.destroy();
  });

  it('ends streams that are open when it is closed', async () => {
    served.sandbox.vercel.planDeployments({ outcome: 'STUCK' });
    const { id } = served.sandbox.vercel.plantDeployment({ projectId: 'prj_web' });
    const plan = await get(`/v3/deployments/${id}/events?follow=1&teamId=team_acme`);
    expect(plan.status).toBe(200);
    await plan.text();
    const stuck = await fetch(`${served.url}/v13/deployments?teamId=team_acme&skipAutoDetectionConfirmation=1`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${served.sandbox.vercel.classicToken}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ name: 'web', files: [] }),
    });
    const { id: stuckId } = (await stuck.json()) as { id: string };
    const stream = await get(`/v3/deployments/${stuckId}/events?follow=1&teamId=team_acme`);
    const entry = served.sandbox.journal.at(-1);
    expect(entry).toMatchObject({ status: 200, endedAt: Infinity });
    const text = stream.text();
    await served.close();
    await expect(text).rejects.toMatchObject({ name: 'TypeError', message: 'terminated' });
  });
});
