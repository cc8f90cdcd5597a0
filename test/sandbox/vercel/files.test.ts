import { describe, expect, it } from '@jest/globals';
import { createSandbox } from '../../../src/sandbox/index.ts';
import { ask, sha1, upload } from '../support/client.ts';

describe('POST /v2/files', () => {
  it.each(['x-vercel-digest', 'x-now-digest'])('takes bytes under %s, once and again', async (header) => {
    const sandbox = await createSandbox();
    const headers = { 'x-vercel-digest': undefined, [header]: sha1('hello'), 'x-now-size': '5' };
    expect(await upload(sandbox, 'hello', headers)).toMatchObject({ status: 200, body: { urls: [] } });
    expect((await upload(sandbox, 'hello', headers)).status).toBe(200);
    const stored = sandbox.vercel.files.get(sha1('hello'));
    expect(Buffer.from(stored?.bytes ?? []).toString()).toBe('hello');
    expect(sandbox.journal.map(({ bodySize }) => bodySize)).toEqual([5, 5]);
  });

  it.each<{ name: string; headers: Record<string, string | undefined>; text: string }>([
    {
      name: 'a wrong digest',
      headers: { 'x-vercel-digest': sha1('other') },
      text: `the digest says ${sha1('other')}, got a body with SHA-1 ${sha1('hello')}`,
    },
    {
      name: 'no digest',
      headers: { 'x-vercel-digest': undefined },
      text: 'Missing required header x-vercel-digest or x-now-digest',
    },
    {
      name: 'two digests that differ',
      headers: { 'x-now-digest': sha1('other') },
      text: 'x-vercel-digest and x-now-digest disagree',
    },
    {
      name: 'a digest in upper case',
      headers: { 'x-vercel-digest': sha1('hello').toUpperCase() },
      text: 'must be SHA-1 in lower-case hex',
    },
    {
      name: 'no Content-Length',
      headers: { 'content-length': undefined },
      text: 'Missing required header Content-Length',
    },
    { name: 'a wrong Content-Length', headers: { 'content-length': '6' }, text: 'Content-Length says 6, got 5 bytes' },
    { name: 'a wrong size', headers: { 'x-now-size': '4' }, text: 'x-now-size says 4, got 5 bytes' },
    { name: 'a size that is no number', headers: { 'x-now-size': 'five' }, text: 'must be a number of bytes' },
  ])('refuses $name', async ({ headers, text }) => {
    const sandbox = await createSandbox();
    const reply = await upload(sandbox, 'hello', headers);
    expect(reply.status).toBe(400);
    expect(reply.body.error).toMatchObject({ code: 'bad_request', message: expect.stringContaining(text) });
    expect(sandbox.vercel.files.size).toBe(0);
  });

  it('refuses an upload without a token', async () => {
    const reply = await upload(await createSandbox(), 'hello', { authorization: undefined });
    expect(reply.status).toBe(401);
  });

  it("refuses a user's upload outside the team", async () => {
    const sandbox = await createSandbox();
    const { status, body } = await ask(sandbox, '/v2/files', {
      method: 'POST',
      headers: { authorization: `Bearer ${sandbox.vercel.classicToken}` },
    });
    expect(status).toBe(404);
    expect(body.error.message).toContain('teamId is missing');
  });

  it('limits uploads by the day', async () => {
    const sandbox = await createSandbox({ limits: { uploads: 1 } });
    expect((await upload(sandbox, 'a')).status).toBe(200);
    const reply = await upload(sandbox, 'b');
    expect(reply.status).toBe(429);
    expect(reply.headers.get('retry-after')).toBe('86400');
    expect(reply.body.error).toMatchObject({ code: 'rate_limited', name: 'api-upload-free', limit: { total: 1 } });
  });

  it('lets large contents go, and still knows them', async () => {
    const sandbox = await createSandbox({ contents: { maxBytes: 4 } });
    expect((await upload(sandbox, 'large')).status).toBe(200);
    const { sha, size, bytes } = sandbox.vercel.files.get(sha1('large')) ?? {};
    expect({ sha, size, bytes }).toEqual({ sha: sha1('large'), size: 5, bytes: undefined });
  });

  it('takes contents at once that memory does not hold', async () => {
    const sandbox = await createSandbox({ contents: { memoryBytes: 0 } });
    await Promise.all(['one', 'other'].map((text) => upload(sandbox, text)));
    const texts = ['one', 'other'].map((text) => Buffer.from(sandbox.vercel.files.get(sha1(text))?.bytes ?? []));
    expect(texts.map(String)).toEqual(['one', 'other']);
  });
});
