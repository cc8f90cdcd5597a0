import { describe, expect, it } from '@jest/globals';
import { createSandbox, type Misbehaviour, type Sandbox } from '../../src/sandbox/index.ts';
import { api, create } from './support/client.ts';

async function sandboxThat(action: Misbehaviour, times?: number): Promise<Sandbox> {
  const sandbox = await createSandbox({ now: () => 1_000_000 });
  sandbox.misbehave({ match: { method: 'POST', path: /^\/v13\/deployments$/ }, ...(times ? { times } : {}), action });
  return sandbox;
}

function made(sandbox: Sandbox): number {
  return sandbox.vercel.deployments.filter(({ body }) => body).length;
}

describe('misbehave', () => {
  it.each<{ name: string; action: Misbehaviour; status: number; code: string; made: number }>([
    { name: 'a status', action: { kind: 'status', status: 503 }, status: 503, code: 'sandbox_misbehaves', made: 0 },
    {
      name: 'a status with a body',
      action: { kind: 'status', status: 500, body: { error: { code: 'boom' } } },
      status: 500,
      code: 'boom',
      made: 0,
    },
    {
      name: 'a status after the work',
      action: { kind: 'after-then-status', status: 500, body: { error: { code: 'late' } } },
      status: 500,
      code: 'late',
      made: 1,
    },
  ])('answers $name', async ({ action, status, code, made: wanted }) => {
    const sandbox = await sandboxThat(action);
    const reply = await create(sandbox);
    expect(reply.status).toBe(status);
    expect(reply.body.error.code).toBe(code);
    expect(made(sandbox)).toBe(wanted);
    expect(sandbox.journal).toMatchObject([{ status, misbehaved: true }]);
  });

  it.each<{ name: string; action: Misbehaviour; made: number }>([
    { name: 'before the work', action: { kind: 'reset' }, made: 0 },
    { name: 'after the work', action: { kind: 'after-then-reset' }, made: 1 },
  ])('breaks the connection $name', async ({ action, made: wanted }) => {
    const sandbox = await sandboxThat(action);
    const broken = create(sandbox);
    await expect(broken).rejects.toBeInstanceOf(TypeError);
    await expect(broken).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } });
    expect(made(sandbox)).toBe(wanted);
    expect(sandbox.journal).toMatchObject([{ status: 0 }]);
  });

  it('answers a status that has no body', async () => {
    const sandbox = await sandboxThat({ kind: 'status', status: 204 });
    expect((await create(sandbox)).status).toBe(204);
  });

  it("limits as Vercel does: Retry-After, and the body's limit", async () => {
    const sandbox = await sandboxThat({ kind: 'rate-limit', retryAfterSeconds: 7, name: 'api-deployments' });
    const reply = await create(sandbox);
    expect(reply.status).toBe(429);
    expect(reply.headers.get('retry-after')).toBe('7');
    expect(reply.body.error).toEqual({
      code: 'rate_limited',
      name: 'api-deployments',
      message: "The rate limit of 100 exceeded for 'api-deployments'. Try again in 7 seconds",
      limit: { remaining: 0, reset: 1007, resetMs: 1_007_000, total: 100 },
    });
  });

  it('breaks an answer off in the middle', async () => {
    const sandbox = await sandboxThat({ kind: 'truncate', bytes: 10 });
    await expect(create(sandbox)).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } });
    expect(made(sandbox)).toBe(1);
  });

  it.each([
    { name: 'between two lines', halfLine: false },
    { name: 'in the middle of a line', halfLine: true },
  ])('cuts a stream off $name, and the next one is whole', async ({ halfLine }) => {
    const sandbox = await createSandbox({ deployment: { eventMs: 1 } });
    sandbox.misbehave({ match: { path: /events$/ }, action: { kind: 'cut-stream', lines: 2, halfLine } });
    const { id } = (await create(sandbox)).body as { id: string };
    const events = new Request(`${sandbox.vercelUrl}/v3/deployments/${id}/events?follow=1&teamId=team_acme`, {
      headers: { authorization: `Bearer ${sandbox.vercel.classicToken}` },
    });
    const reader = (await sandbox.handle(events.clone())).body?.getReader();
    let text = '';
    const readOn = async (): Promise<void> => {
      for (;;) text += Buffer.from((await reader?.read())?.value as Uint8Array).toString();
    };
    await expect(readOn()).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } });
    const whole = await (await sandbox.handle(events)).text();
    const lines = text.split('\n');
    expect(lines.slice(0, 2)).toEqual(whole.split('\n').slice(0, 2));
    expect(lines).toHaveLength(3);
    expect(lines[2] !== '').toBe(halfLine);
    expect(whole).toContain('alias-assigned');
  });

  it('leaves a stream whole that has fewer lines', async () => {
    const sandbox = await sandboxThat({ kind: 'cut-stream', lines: 1 });
    expect((await create(sandbox)).body.readyState).toBe('QUEUED');
  });

  it('answers slowly, and rightly', async () => {
    const sandbox = await sandboxThat({ kind: 'slow-body', chunkBytes: 400, ms: 10 });
    const startedAt = performance.now();
    expect((await create(sandbox)).body.readyState).toBe('QUEUED');
    expect(performance.now() - startedAt).toBeGreaterThan(20);
  });

  it('waits, then answers', async () => {
    const sandbox = await sandboxThat({ kind: 'delay', ms: 30 });
    const startedAt = performance.now();
    expect((await create(sandbox)).status).toBe(200);
    expect(performance.now() - startedAt).toBeGreaterThan(28);
  });

  it('stops when it has been used up, and meets only what it names', async () => {
    const sandbox = await sandboxThat({ kind: 'status', status: 500 }, 2);
    expect((await api(sandbox, 'GET', '/v2/user')).status).toBe(200);
    const statuses = [await create(sandbox), await create(sandbox), await create(sandbox)].map(({ status }) => status);
    expect(statuses).toEqual([500, 500, 200]);
  });

  it('tells how often a rule was met, and takes it back', async () => {
    const sandbox = await createSandbox();
    const rule = sandbox.misbehave({ match: {}, times: 5, action: { kind: 'status', status: 503 } });
    const other = sandbox.misbehave({ match: {}, action: { kind: 'status', status: 500 } });
    expect((await create(sandbox)).status).toBe(503);
    expect([rule.met(), other.met()]).toEqual([1, 0]);
    rule.end();
    rule.end();
    expect((await create(sandbox)).status).toBe(500);
    expect((await create(sandbox)).status).toBeLessThan(500);
    expect([rule.met(), other.met()]).toEqual([1, 1]);
  });

  it('judges every request alike with a global pattern', async () => {
    const sandbox = await createSandbox();
    sandbox.misbehave({ match: { path: /user/g }, times: 2, action: { kind: 'status', status: 500 } });
    expect((await api(sandbox, 'GET', '/v2/user')).status).toBe(500);
    expect((await api(sandbox, 'GET', '/v2/user')).status).toBe(500);
  });
});
