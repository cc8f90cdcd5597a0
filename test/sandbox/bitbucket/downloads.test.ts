import { describe, expect, it } from '@jest/globals';
import { createSandbox, type Sandbox } from '../../../src/sandbox/index.ts';
import { readFilesForm } from '../../../src/sandbox/bitbucket/files-form.ts';

const START = Date.UTC(2026, 10, 25, 12);

interface Bench {
  readonly sandbox: Sandbox;
  readonly clock: { now: number };
  readonly ask: (method: string, path: string, init?: RequestInit & { readonly token?: string }) => Promise<Response>;
}

async function open(): Promise<Bench> {
  const clock = { now: START };
  const sandbox = await createSandbox({ now: () => clock.now });
  const { workspace, repositorySlug } = sandbox.issuer.step;
  const folder = `${sandbox.bitbucketUrl}/2.0/repositories/${workspace}/${repositorySlug}/downloads`;
  const ask: Bench['ask'] = (method, path, { token = sandbox.bitbucket.accessToken, ...init } = {}) => {
    const url = path.startsWith('https:') ? path : `${folder}${path}`;
    const headers: Record<string, string> = token === '' ? {} : { authorization: `Bearer ${token}` };
    return sandbox.handle(new Request(url, { method, headers, ...init }));
  };
  return { sandbox, clock, ask };
}

/** As the platform's own form is written. */
function form(name: string, text: string, field = 'files'): FormData {
  const data = new FormData();
  data.append(field, new File([text], name, { type: 'application/json' }));
  return data;
}

describe("a repository's downloads", () => {
  it('are uploaded, listed and read by a link, and replaced by their name', async () => {
    const { sandbox, ask } = await open();
    expect((await ask('POST', '', { body: form('a.json', '1') })).status).toBe(201);
    expect((await ask('POST', '', { body: form('a.json', '22') })).status).toBe(201);
    expect(sandbox.bitbucket.downloads).toEqual([{ name: 'a.json', bytes: Buffer.from('22') }]);
    expect(await (await ask('GET', '')).json()).toMatchObject({ values: [{ name: 'a.json', size: 2 }] });
    const link = await ask('GET', '/a.json');
    expect(link.status).toBe(302);
    const location = link.headers.get('location') ?? '';
    expect(location).toMatch(/^https:\/\/bbuseruploads\.s3\.amazonaws\.com\//);
    expect(await (await ask('GET', location, { token: '' })).text()).toBe('22');
  });

  it('are not read from the storage with a bearer, without its signature, or late', async () => {
    const { ask, clock } = await open();
    await ask('POST', '', { body: form('a.json', '1') });
    const location = (await ask('GET', '/a.json')).headers.get('location') ?? '';
    expect((await ask('GET', location)).status).toBe(400);
    expect((await ask('GET', location.replace(/Signature=../, 'Signature=xx'), { token: '' })).status).toBe(403);
    expect((await ask('GET', location.replace('a.json', 'b.json'), { token: '' })).status).toBe(403);
    clock.now += 120_000;
    expect((await ask('GET', location, { token: '' })).status).toBe(403);
  });

  it('are closed to tokens that may not', async () => {
    const { sandbox, ask } = await open();
    const { weakAccessToken, foreignAccessToken } = sandbox.bitbucket;
    const statuses = async (token: string): Promise<number[]> => [
      (await ask('GET', '', { token })).status,
      (await ask('GET', '/none.json', { token })).status,
      (await ask('POST', '', { token, body: form('a.json', '1') })).status,
    ];
    expect(await statuses('nobody')).toEqual([401, 401, 401]);
    expect(await statuses(weakAccessToken)).toEqual([200, 404, 403]);
    expect(await statuses(foreignAccessToken)).toEqual([404, 404, 404]);
    expect(sandbox.bitbucket.downloads).toEqual([]);
  });

  it('are uploaded in the field files', async () => {
    const { ask } = await open();
    const refused = await ask('POST', '', { body: form('a.json', '1', 'file') });
    expect([refused.status, await refused.json()]).toMatchObject([400, { error: { message: 'No field files' } }]);
  });
});

describe('a form', () => {
  const TYPE = 'multipart/form-data; boundary=b';
  const HEAD = '--b\r\nContent-Disposition: form-data; name="files"; filename="a"\r\n\r\n';
  it.each([
    { name: 'of another type', type: 'application/json', body: `${HEAD}x\r\n--b--\r\n`, wrong: /^Content-Type/ },
    { name: 'with words before it', type: TYPE, body: `x${HEAD}x\r\n--b--\r\n`, wrong: /begin/ },
    { name: 'without an end', type: TYPE, body: `${HEAD}x`, wrong: /closing/ },
    { name: 'with words after it', type: TYPE, body: `${HEAD}x\r\n--b--\r\nx`, wrong: /closing/ },
    { name: 'with two files', type: TYPE, body: `${HEAD}x\r\n${HEAD}x\r\n--b--\r\n`, wrong: /^Wanted one part/ },
  ])('is refused $name', ({ type, body, wrong }) => {
    expect(readFilesForm(type, Buffer.from(body))).toMatch(wrong);
  });
});
