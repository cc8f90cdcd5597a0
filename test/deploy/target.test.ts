import { describe, expect, it } from '@jest/globals';
import { readReport, type Report } from '../../src/deploy/report.ts';
import { assumeTarget, refuseOtherTarget, refuseStale } from '../../src/deploy/target.ts';
import { NEVER, reply, scriptApi } from './support/fake-api.ts';

const QA = { kind: 'custom', slug: 'qa' } as const;

function report(body: object): Report {
  const read = readReport({ id: 'dpl_1', readyState: 'BUILDING', createdAt: 1, target: null, ...body });
  if (!read) throw new Error('no report');
  return read;
}

describe('a deployment to another target', () => {
  it('is canceled where this run made it', async () => {
    const bench = scriptApi({ cancel: [reply(200, { id: 'dpl_1', readyState: 'CANCELED' })] });
    await expect(refuseOtherTarget(bench, QA, report({}), true, NEVER)).rejects.toMatchObject({
      ...{ code: 'DEPLOYMENT_FAILED', got: 'target preview', wanted: 'target qa' },
      message: expect.stringContaining('It was canceled.'),
    });
    expect(bench.calls).toEqual(['cancel dpl_1']);
  });

  it('is left alone where an earlier run made it', async () => {
    const bench = scriptApi({});
    await expect(refuseOtherTarget(bench, QA, report({}), false, NEVER)).rejects.toMatchObject({
      code: 'DEPLOYMENT_FAILED',
      message: expect.stringContaining('it answered with dpl_1, an older deployment of the same files'),
      fix: expect.stringContaining('FORCE: true'),
    });
    expect(bench.calls).toEqual([]);
  });

  it.each([true, false])('is none where the environment is the one (made by this run: %p)', async (own) => {
    const same = report({ customEnvironment: { id: 'env_qa', slug: 'qa' } });
    await refuseOtherTarget(scriptApi({}), QA, same, own, NEVER);
  });
});

describe('a short answer that names no environment', () => {
  const short = report({ createdAt: undefined });

  it('is taken for what was asked, until more is known', () => {
    expect(assumeTarget(short, QA).deployment.target).toBe('qa');
  });

  it.each<[string, Report, Parameters<typeof assumeTarget>[1]]>([
    ['of a preview', short, { kind: 'preview' }],
    ['that is whole', report({}), QA],
    ['of production', report({ createdAt: undefined, target: 'production' }), QA],
  ])('%s stays as it is', (_, given, target) => {
    expect(assumeTarget(given, target)).toBe(given);
  });

  it('is not believed: the deployment is canceled where nothing tells more', async () => {
    const bench = scriptApi({ cancel: [reply(200, { id: 'dpl_1', readyState: 'CANCELED' })] });
    await expect(refuseOtherTarget(bench, QA, assumeTarget(short, QA), true, NEVER)).rejects.toMatchObject({
      ...{ code: 'DEPLOYMENT_FAILED', got: 'no word on its environment', wanted: 'target qa' },
    });
  });
});

describe('an older deployment that Vercel answered with', () => {
  const asked = { target: { kind: 'production' }, credential: { project: { id: 'prj_1' } } } as const;
  const older = report({ target: 'production', readyState: 'READY' }).deployment;
  const serving = (id: string) => scriptApi({ readProject: [reply(200, { targets: { production: { id } } })] });

  it('is taken where production serves it', async () => {
    const { api, calls } = serving('dpl_1');
    await refuseStale(api, asked, older, NEVER);
    expect(calls).toEqual(['readProject prj_1']);
  });

  it('is refused where production serves another one', async () => {
    await expect(refuseStale(serving('dpl_2').api, asked, older, NEVER)).rejects.toMatchObject({
      ...{ code: 'DOMAINS_NOT_ASSIGNED', got: 'production serves dpl_2', wanted: 'production serves dpl_1' },
    });
  });

  it('is not called live where Vercel does not say what production serves', async () => {
    const { api } = scriptApi({ readProject: [reply(503, {})] });
    await expect(refuseStale(api, asked, older, NEVER)).rejects.toMatchObject({
      code: 'SERVICE_FAILED',
      fix: expect.stringMatching(/^Vercel made nothing new: it answered with dpl_1, an older deployment/),
    });
  });

  it('of a preview serves nothing else', async () => {
    await refuseStale(scriptApi({}).api, { ...asked, target: { kind: 'preview' } }, older, NEVER);
  });
});
