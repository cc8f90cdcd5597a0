import { describe, expect, it } from '@jest/globals';
import { createSandbox, STORE_URLS, type Sandbox } from '../../../src/sandbox/index.ts';

async function put(sandbox: Sandbox, headers: Readonly<Record<string, string>>, name = 'a.json'): Promise<number> {
  const { url = '', token = '' } = sandbox.stores?.files ?? {};
  const usual = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const request = new Request(`${url}${name}`, { method: 'PUT', headers: { ...usual, ...headers }, body: '{}' });
  return (await sandbox.handle(request)).status;
}

describe('a file server', () => {
  it('replaces unless it is asked to write once', async () => {
    const sandbox = await createSandbox({ stores: STORE_URLS });
    const once = { 'if-none-match': '*' };
    expect([await put(sandbox, once), await put(sandbox, once), await put(sandbox, {})]).toEqual([201, 412, 204]);
    expect(sandbox.stores?.files.files).toHaveLength(1);
  });

  it('refuses strangers, readers, other types and other conditions', async () => {
    const sandbox = await createSandbox({ stores: STORE_URLS });
    const reader = `Bearer ${sandbox.stores?.files.readToken ?? ''}`;
    expect(await put(sandbox, { authorization: 'Bearer x' })).toBe(401);
    expect(await put(sandbox, { authorization: reader })).toBe(403);
    expect(await put(sandbox, { 'content-type': 'text/plain' })).toBe(415);
    expect(await put(sandbox, { 'if-none-match': '"etag"' })).toBe(400);
    expect(sandbox.stores?.files.files).toEqual([]);
  });

  it('has nothing outside of its folder, and no folder of its own to read', async () => {
    const sandbox = await createSandbox({ stores: STORE_URLS });
    expect(await put(sandbox, {}, '../a.json')).toBe(421);
    expect(await put(sandbox, {}, '')).toBe(421);
    expect(await put(sandbox, {}, 'deep/in/a.json')).toBe(201);
  });
});
