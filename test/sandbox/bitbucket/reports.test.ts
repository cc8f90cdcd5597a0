import { request } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { createSandbox, serveSandbox, type Sandbox } from '../../../src/sandbox/index.ts';

const REPORT = { title: 'Vercel', details: 'x', report_type: 'TEST', result: 'PASSED' };
const NOTE = { external_id: '1', annotation_type: 'BUG', summary: 'x' };

function placeOf({ issuer: { step } }: Sandbox): string {
  const repository = [step.workspaceUuid, step.repositoryUuid].map(encodeURIComponent).join('/');
  return `/2.0/repositories/${repository}/commit/${step.commit}`;
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

async function byProxy(
  sandbox: Sandbox,
  path: string,
  body: unknown,
  { origin = 'http://api.bitbucket.org', headers = {}, method = 'PUT' } = {},
): Promise<Answer> {
  const all = { 'content-type': 'application/json', ...headers };
  const answer = await sandbox.proxy(
    new Request(`${origin}${path}`, { method, headers: all, body: JSON.stringify(body) }),
  );
  return { status: answer.status, text: await answer.text() };
}

describe("Bitbucket's proxy", () => {
  it('adds the right to reports, and to nothing else', async () => {
    const sandbox = await createSandbox();
    const place = placeOf(sandbox);
    expect(await byProxy(sandbox, `${place}/reports/one`, REPORT)).toMatchObject({ status: 200 });
    expect(sandbox.bitbucket.reports).toMatchObject([{ id: 'one', results: ['PASSED'] }]);
    expect(await byProxy(sandbox, `${place}/statuses/build`, {}, { method: 'POST' })).toMatchObject({
      ...{ status: 403, text: expect.stringContaining('does not pass on') },
    });
    expect(await byProxy(sandbox, '/2.0/repositories/acme/web/downloads', {}, { method: 'POST' })).toMatchObject({
      status: 403,
    });
    const direct = new Request(`${sandbox.bitbucketUrl}${place}/reports/one`, {
      ...{ method: 'PUT', body: JSON.stringify(REPORT), headers: { 'content-type': 'application/json' } },
    });
    expect((await sandbox.handle(direct)).status).toBe(401);
  });

  it.each([
    { name: 'https', options: { origin: 'https://api.bitbucket.org' }, status: 400 },
    { name: 'another host', options: { origin: 'http://evil.example' }, status: 400 },
    { name: 'a token', options: { headers: { authorization: 'Bearer x' } }, status: 400 },
  ])('refuses $name', async ({ options, status }) => {
    const sandbox = await createSandbox();
    expect(await byProxy(sandbox, `${placeOf(sandbox)}/reports/one`, REPORT, options)).toMatchObject({ status });
    expect(sandbox.bitbucket.reports).toEqual([]);
  });

  it('on a socket takes the absolute form alone', async () => {
    const served = await serveSandbox();
    const { sandbox, proxyUrl } = served;
    const { hostname, port } = new URL(proxyUrl);
    const path = `${placeOf(sandbox)}/reports/one`;
    const put = (target: string, host = 'api.bitbucket.org'): Promise<number | undefined> =>
      new Promise((resolve, reject) => {
        const headers = { 'content-type': 'application/json', host };
        request({ hostname, port, path: target, method: 'PUT', headers }, (answer) => {
          answer.resume();
          resolve(answer.statusCode);
        })
          .once('error', reject)
          .end(JSON.stringify(REPORT));
      });
    expect(await put(path)).toBe(400);
    expect(await put(`http://api.bitbucket.org${path}`, 'evil.example')).toBe(400);
    expect(await put(`http://api.bitbucket.org${path}`)).toBe(200);
    await served.close();
    expect(sandbox.bitbucket.reports).toHaveLength(1);
  });
});

describe('a report', () => {
  const field = (type: string, value: unknown): object => ({ data: [{ title: 'x', type, value }] });
  it.each([
    { name: 'eleven fields', changes: { data: Array(11).fill({ title: 'x', type: 'TEXT', value: 'y' }) } },
    { name: 'a type that is none', changes: field('URL', 'https://x') },
    { name: 'a link without text', changes: field('LINK', { href: 'https://x' }) },
    { name: 'a duration as text', changes: field('DURATION', '14 s') },
    { name: 'a number as text', changes: field('NUMBER', '9') },
    { name: 'an empty text', changes: field('TEXT', '') },
    { name: 'a kind that is none', changes: { report_type: 'DEPLOYMENT' } },
    { name: 'a result that is none', changes: { result: 'STOPPED' } },
    { name: 'a long title', changes: { title: 'x'.repeat(451) } },
    { name: 'no details', changes: { details: undefined } },
    { name: 'a member that nobody knows', changes: { deployment: 'x' } },
  ])('is refused with $name', async ({ changes }) => {
    const sandbox = await createSandbox();
    const answer = await byProxy(sandbox, `${placeOf(sandbox)}/reports/one`, { ...REPORT, ...changes });
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.text)).toMatchObject({ type: 'error', error: { message: expect.any(String) } });
    expect(sandbox.bitbucket.reports).toEqual([]);
  });

  it.each([
    { name: 'of a commit that is none', commit: 'main', status: 404 },
    { name: 'of a short commit', commit: '6f1d2c3', status: 404 },
  ])('$name is refused', async ({ commit, status }) => {
    const sandbox = await createSandbox();
    const path = `${placeOf(sandbox).replace(sandbox.issuer.step.commit, commit)}/reports/one`;
    expect(await byProxy(sandbox, path, REPORT)).toMatchObject({ status });
  });

  it.each([
    {
      name: 'a hundred',
      notes: Array.from({ length: 100 }, (_, id) => ({ ...NOTE, external_id: String(id) })),
      status: 200,
    },
    { name: 'a hundred and one', notes: Array(101).fill(NOTE), status: 400 },
    { name: 'none', notes: [], status: 400 },
    { name: 'one without an id', notes: [{ ...NOTE, external_id: undefined }], status: 400 },
    { name: 'one of a severity that is none', notes: [{ ...NOTE, severity: 'BAD' }], status: 400 },
  ])('takes annotations: $name: $status', async ({ notes, status }) => {
    const sandbox = await createSandbox();
    const path = `${placeOf(sandbox)}/reports/one`;
    await byProxy(sandbox, path, REPORT);
    expect(await byProxy(sandbox, `${path}/annotations`, notes, { method: 'POST' })).toMatchObject({ status });
    expect(sandbox.bitbucket.reports[0]?.annotations.size).toBe(status === 200 ? 100 : 0);
  });

  it('that is not there takes none, and a limit that is reached has its headers', async () => {
    const sandbox = await createSandbox();
    const path = `${placeOf(sandbox)}/reports/one`;
    expect(await byProxy(sandbox, `${path}/annotations`, [NOTE], { method: 'POST' })).toMatchObject({ status: 400 });
    sandbox.misbehave({ match: {}, action: { kind: 'bitbucket-rate-limit' } });
    const limited = await sandbox.proxy(new Request(`http://api.bitbucket.org${path}`, { method: 'PUT', body: '{}' }));
    expect(limited.status).toBe(429);
    expect(Object.fromEntries(limited.headers)).toMatchObject({
      ...{ 'x-ratelimit-limit': '1000', 'x-ratelimit-resource': 'api-repositories', 'x-ratelimit-nearlimit': 'true' },
    });
    expect(limited.headers.get('retry-after')).toBeNull();
  });
});
