import { describe, expect, it } from '@jest/globals';
import { readReport, type Report } from '../../src/deploy/report.ts';
import { assumeTarget, refuseOtherTarget } from '../../src/deploy/target.ts';
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
