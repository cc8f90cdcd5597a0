import { describe, expect, it } from '@jest/globals';
import { toDeployment } from '../../../src/audit/collect/to-deployment.ts';
import { toEvent, toTokenEvent } from '../../../src/audit/collect/to-event.ts';

const BASE = { id: 'uev_1', createdAt: 1, principalId: 'usr_1' };
const META = { oidcDeployIntent: 'ab', action: 'promote', private: 'x', oidcDeployKey: 7 };

describe('an event', () => {
  it.each([
    [
      'deployment',
      {
        deploymentId: 'dpl_1',
        projectId: 'prj_1',
        url: 'a.example.com',
        target: 'production',
        deployment: { id: 'dpl_1', meta: META },
      },
      {
        deploymentId: 'dpl_1',
        projectId: 'prj_1',
        url: 'a.example.com',
        target: 'production',
        meta: { oidcDeployIntent: 'ab', action: 'promote' },
      },
    ],
    ['deployment', { url: 'a.example.com' }, { url: 'a.example.com' }],
    ['deployment', { alias: [], project: 'web', url: 'a.example.com' }, { url: 'a.example.com' }],
    [
      'deployment-delete',
      { deployment: { id: 'dpl_1', url: 'a.example.com', meta: {} } },
      { deploymentId: 'dpl_1', url: 'a.example.com' },
    ],
    [
      'deployment-undeleted',
      { deploymentId: 'dpl_1', deploymentUrl: 'a.example.com' },
      { deploymentId: 'dpl_1', url: 'a.example.com' },
    ],
    [
      'manual-deployment-promotion-created',
      { toDeploymentId: 'dpl_1', projectId: 'prj_1' },
      { deploymentId: 'dpl_1', projectId: 'prj_1' },
    ],
    [
      'instant-rollback-created',
      { toDeploymentId: 'dpl_1', fromDeploymentId: 'dpl_2' },
      { deploymentId: 'dpl_1', fromDeploymentId: 'dpl_2' },
    ],
    [
      'alias',
      { alias: 'w.example.com', deploymentUrl: 'a.example.com' },
      { alias: 'w.example.com', url: 'a.example.com' },
    ],
    [
      'aliases-assigned',
      { aliasCount: 2, projectId: 'prj_1', deployment: { id: 'dpl_1' } },
      { projectId: 'prj_1', deploymentId: 'dpl_1' },
    ],
    ['aliases-assigned', { alias: ['a', 'b'], project: 'prj_2' }, { projectId: 'prj_2' }],
    ['aliases-assigned', { alias: ['a'] }, { alias: 'a' }],
  ])('of type %s has what its payload %j has', (type, payload, wanted) => {
    const { id, at, type: got, principalId, ...rest } = toEvent({ ...BASE, type, payload }) ?? {};
    expect({ id, at, got, principalId }).toEqual({ id: 'uev_1', at: 1, got: type, principalId: 'usr_1' });
    expect(rest).toEqual(wanted);
  });

  it.each([
    [{ publicId: 'tok_made', policyId: 'pol_1' }, 'tok_made'],
    [{ policy: { policyId: 'pol_1' } }, 'tok_shown'],
  ])('that made a token is of that one: %j', (payload, tokenId) => {
    const type = 'oidc-policy-used-to-obtain-app-token';
    const item = { ...BASE, type, tokenId: 'tok_shown', payload };
    expect(toEvent(item)).toMatchObject({ policyId: 'pol_1', tokenId });
    expect(toTokenEvent(item)).toEqual({ id: 'uev_1', type, at: 1, policyId: 'pol_1', tokenId });
  });

  it('that was made with a token is of the one that was shown', () => {
    const event = toEvent({ ...BASE, type: 'alias', tokenId: 'tok_shown', payload: { publicId: 'tok_other' } });
    expect(event).toMatchObject({ tokenId: 'tok_shown' });
  });

  it.each([
    [{ uid: 'usr_1', username: 'ada' }, 'user', 'ada'],
    [{ type: 'app', clientId: 'cl_1', name: 'CLI' }, 'app', 'CLI'],
    [{ type: 'system' }, 'system', undefined],
    [undefined, undefined, undefined],
  ])('was caused by %j', (principal, principalType, principalName) => {
    const { principalType: kind, principalName: name } = toEvent({ ...BASE, type: 'alias', principal }) ?? {};
    expect([kind, name]).toEqual([principalType, principalName]);
  });

  it.each([{}, { ...BASE }, { ...BASE, type: 'alias', createdAt: '1' }, { type: 'alias', createdAt: 1 }, null, 7])(
    'without id, type and time is none: %j',
    (item) => {
      expect([toEvent(item), toTokenEvent(item)]).toEqual([undefined, undefined]);
    },
  );

  it('has no control characters of its sender', () => {
    expect(toEvent({ ...BASE, type: 'alias', payload: { alias: 'a\n\u001b[31mb' } })?.alias).toBe('a [31mb');
  });
});

describe('a deployment', () => {
  it.each([
    [{ target: 'production' }, 'production'],
    [{ target: null }, 'preview'],
    [{ target: 'staging' }, 'staging'],
    [{ target: null, customEnvironment: { id: 'env_1', slug: 'qa' } }, 'qa'],
    [{ customEnvironment: { id: 'env_1' } }, 'env_1'],
  ])('of %j has the target %s', (more, target) => {
    expect(toDeployment({ uid: 'dpl_1', created: 5, ...more })).toMatchObject({ id: 'dpl_1', createdAt: 5, target });
  });

  it("keeps of meta what is the pipe's, and Vercel's action", () => {
    expect(toDeployment({ uid: 'dpl_1', created: 5, meta: META })?.meta).toEqual({
      oidcDeployIntent: 'ab',
      action: 'promote',
    });
  });

  it("without a type of creator is a user's, without a creator nobody's", () => {
    expect(toDeployment({ uid: 'dpl_1', created: 5, creator: { uid: 'usr_1' } })).toMatchObject({
      creatorType: 'user',
      creatorId: 'usr_1',
    });
    expect(toDeployment({ uid: 'dpl_1', created: 5 })?.creatorType).toBeUndefined();
  });
});
