import { beforeEach, describe, expect, it } from '@jest/globals';
import { createSandbox, serveSandbox, type Sandbox, type SandboxDeployment } from '../../../src/sandbox/index.ts';
import { ask, type Answer } from '../support/client.ts';

const HEADER = 'x-vercel-trusted-oidc-idp-token';
const AUDIENCE = 'urn:example:smoke';
let sandbox: Sandbox;
let site: SandboxDeployment;

beforeEach(async () => {
  sandbox = await createSandbox({ step: { audiences: [AUDIENCE] } });
  site = sandbox.vercel.plantDeployment({ projectId: 'prj_web' });
});

const visit = (host: string, path = '/', headers: Record<string, string> = {}): Promise<Answer> =>
  ask(sandbox, `https://${host}${path}`, { headers });

describe("a deployment's own address", () => {
  it('answers as planned, and notes who came', async () => {
    expect(await visit(site.url)).toMatchObject({ status: 200, body: '<h1>Hello from web</h1>\n' });
    sandbox.vercel.planSite('prj_web', { pages: { '/old?a=1': { status: 308, headers: { location: '/new' } } } });
    const moved = await visit(site.url, '/old?a=1');
    expect([moved.status, moved.headers.get('location')]).toEqual([308, '/new']);
    expect(await visit(site.url, '/toString')).toMatchObject({ status: 404 });
    expect(sandbox.vercel.visits).toMatchObject([
      { host: site.url, path: '/', status: 200, deploymentId: site.id, tokenShown: false, stopped: false },
      { path: '/old?a=1', status: 308 },
      { path: '/toString', status: 404 },
    ]);
  });

  it('leads to another host where that is planned, with path and query', async () => {
    sandbox.vercel.planSite('prj_web', { redirects: { [site.url]: 'www.example.com' } });
    const { status, headers } = await visit(site.url, '/a?b=1');
    expect([status, headers.get('location')]).toEqual([308, 'https://www.example.com/a?b=1']);
  });

  it('is cold for the first visits where that is planned', async () => {
    sandbox.vercel.planSite('prj_web', { warmUp: 2 });
    const statuses = [await visit(site.url), await visit(site.url), await visit(site.url)].map(({ status }) => status);
    expect(statuses).toEqual([503, 503, 200]);
  });

  it('is not found before it is built, or where it is none', async () => {
    const building = sandbox.vercel.plantDeployment({ projectId: 'prj_web', underWay: true });
    for (const host of [building.url, 'nobody-acme.vercel.app']) {
      const { status, headers } = await visit(host);
      expect([status, headers.get('x-vercel-error')]).toEqual([404, 'DEPLOYMENT_NOT_FOUND']);
    }
  });

  it.each([
    { init: { method: 'POST' }, says: /only read/ },
    { init: { headers: { authorization: 'Bearer x' } }, says: /credential was sent/ },
  ])('takes nothing but a visit: $says', async ({ init, says }) => {
    await expect(ask(sandbox, `https://${site.url}/`, init)).rejects.toThrow(says);
  });
});

it('is reached by the names that point at it, production by what it serves now', async () => {
  const older = sandbox.vercel.plantDeployment({ projectId: 'prj_web', target: 'production' });
  const newer = sandbox.vercel.plantDeployment({ projectId: 'prj_web', target: 'production' });
  sandbox.vercel.planSite('prj_web', { productionPages: { '/': { status: 500 } } });
  expect((await visit('web.vercel.app')).status).toBe(500);
  sandbox.vercel.rollBack('prj_web', older.id);
  await visit('web.vercel.app');
  await visit('web-preview-acme.vercel.app');
  expect(sandbox.vercel.visits.map(({ deploymentId }) => deploymentId)).toEqual([newer.id, older.id, site.id]);
});

it('is served on a socket by the name that is asked for', async () => {
  const served = await serveSandbox();
  const deployment = served.sandbox.vercel.plantDeployment({ projectId: 'prj_web' });
  const { request } = process.getBuiltinModule('node:http');
  const status = await new Promise((resolve) => {
    request(served.url, { headers: { host: deployment.url } }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    }).end();
  });
  await served.close();
  expect(status).toBe(200);
  expect(served.sandbox.vercel.visits).toMatchObject([{ host: deployment.url, deploymentId: deployment.id }]);
});

describe('a protected deployment', () => {
  const protect = (to: readonly string[], claims: Readonly<Record<string, readonly string[]>>): void =>
    sandbox.vercel.planSite('prj_web', {
      protection: { oidcProviders: { [sandbox.issuer.url]: [{ to, claims }] } },
    });
  const fits = (): Readonly<Record<string, readonly string[]>> => ({
    aud: [AUDIENCE],
    repositoryUuid: [sandbox.issuer.step.repositoryUuid],
  });
  const enter = async (overrides?: Parameters<Sandbox['issuer']['mintToken']>[0]): Promise<Answer> =>
    visit(site.url, '/', { [HEADER]: await sandbox.issuer.mintToken(overrides) });

  it('sends a stranger to sign in, with a redirect or a page', async () => {
    protect(['preview'], fits());
    const sent = await visit(site.url);
    expect([sent.status, sent.headers.get('location')]).toEqual([
      302,
      expect.stringMatching(/^https:\/\/vercel\.com\/sso-api\?url=/),
    ]);
    sandbox.vercel.planSite('prj_web', { protection: { answer: 'page' } });
    const page = await visit(site.url);
    expect([page.status, page.headers.get('set-cookie')]).toEqual([401, expect.stringContaining('_vercel_sso_nonce=')]);
    expect(sandbox.vercel.visits).toMatchObject([{ stopped: true }, { stopped: true }]);
  });

  it('lets a trusted source in', async () => {
    protect(['preview'], fits());
    expect((await enter()).status).toBe(200);
    expect(sandbox.vercel.visits).toMatchObject([{ tokenShown: true, stopped: false }]);
  });

  it('leaves the name alone that production is known by', async () => {
    const { url } = sandbox.vercel.plantDeployment({ projectId: 'prj_web', target: 'production' });
    protect(['production'], fits());
    expect([(await visit('web.vercel.app')).status, (await visit(url)).status]).toEqual([200, 302]);
  });

  it.each([
    { name: 'another audience', overrides: { claims: { aud: ['urn:example:other'] } } },
    { name: 'another repository', overrides: { claims: { repositoryUuid: '{00000000-0000-4000-8000-000000000000}' } } },
    { name: 'another issuer', overrides: { claims: { iss: 'https://issuer.example' } } },
    { name: 'an expired token', overrides: { claims: { exp: 1 } } },
    { name: 'an unsigned token', overrides: { header: { alg: 'none' } } },
  ])('turns away $name', async ({ overrides }) => {
    protect(['preview'], fits());
    expect((await enter(overrides)).status).toBe(302);
  });

  it('refuses a token that is for another environment', async () => {
    protect(['production'], fits());
    const { status, headers } = await enter();
    expect([status, headers.get('x-vercel-error')]).toEqual([403, 'TRUSTED_SOURCES_ENVIRONMENT_MISMATCH']);
  });

  it('has no rule without an audience and a claim beside it', async () => {
    protect(['preview'], { aud: [AUDIENCE] });
    await expect(enter()).rejects.toThrow(/Trusted Source without aud/);
  });
});
