import { describe, expect, test } from '@jest/globals';
import { countRequests, judge, ratiosOf, spreadOf } from '../../../tools/bench/figures.ts';

describe('the sums of the bench', () => {
  test('the median is the middle one, or half way between the two', () => {
    expect(spreadOf([5, 1, 3])).toEqual({ median: 3, least: 1, most: 5 });
    expect(spreadOf([10, 2, 4, 1])).toEqual({ median: 3, least: 1, most: 10 });
  });

  test('there is no median of nothing', () => {
    expect(() => spreadOf([])).toThrow('no values');
  });

  test('runs are compared within their pair, and with the last one of a side that ran less often', () => {
    expect(ratiosOf([1, 3], [2, 4])).toEqual([0.5, 0.75]);
    expect(ratiosOf([1, 3, 5], [10])).toEqual([0.1, 0.3, 0.5]);
  });

  test('a verdict needs every run on one side of the target', () => {
    const target = { kind: 'ratio', most: 0.4 } as const;
    expect(judge(spreadOf([0.3, 0.4]), target)).toBe('met');
    expect(judge(spreadOf([0.41, 0.5]), target)).toBe('missed');
    expect(judge(spreadOf([0.3, 0.35, 0.41]), target)).toBe('unclear');
  });

  test('every request of a run has its kind, and an unknown one counts as deploying', () => {
    const requests = [
      ['GET', '/2.0/workspaces/acme/pipelines-config/identity/oidc/keys.json'],
      ['POST', '/login/oauth/token'],
      ['POST', '/api/login/oauth/token/introspect'],
      ['GET', '/v9/projects/prj_web'],
      ['GET', '/v10/projects/prj_web/env'],
      ['POST', '/v13/deployments'],
      ['POST', '/v2/files'],
      ['GET', '/v7/deployments'],
      ['GET', '/v3/deployments/dpl_1/events'],
      ['GET', '/v13/deployments/dpl_1'],
      ['POST', '/login/oauth/token/revoke'],
    ].map(([method = '', path = '']) => ({ method, path, status: 200 }));
    expect(countRequests(requests)).toEqual({
      ...{ identity: 1, exchange: 3, context: 2, deploying: 2, polling: 2, revocation: 1 },
    });
  });
});
