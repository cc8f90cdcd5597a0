import { describe, expect, it } from '@jest/globals';
import { isRolledBack, readEnd, readRollingReleases } from '../../src/deploy/ending.ts';
import { reportOf } from './support/scripted-api.ts';

const PRODUCTION = { production: true, autoAssign: true, wait: true, projectId: 'prj_1' };
const STAGING = { ...PRODUCTION, autoAssign: false };
const PREVIEW = { ...PRODUCTION, production: false };

describe('where a deployment ends', () => {
  it.each([
    { name: 'live', options: PRODUCTION, more: { aliasAssigned: true, readySubstate: 'PROMOTED' }, ending: 'live' },
    {
      name: 'a live preview',
      options: PREVIEW,
      more: { aliasAssigned: true, readySubstate: 'STAGED' },
      ending: 'live',
    },
    {
      name: 'a preview that says ROLLING',
      options: PREVIEW,
      more: { aliasAssigned: true, readySubstate: 'ROLLING' },
      ending: 'live',
    },
    { name: 'READY alone', options: PRODUCTION, more: { readySubstate: 'STAGED' }, ending: undefined },
    { name: 'staged on purpose', options: STAGING, more: { readySubstate: 'STAGED' }, ending: 'staged' },
    {
      name: 'staged, with its own name',
      options: STAGING,
      more: { readySubstate: 'STAGED', aliasAssigned: true },
      ending: 'staged',
    },
    {
      name: 'an older one, in production already',
      options: STAGING,
      more: { readySubstate: 'PROMOTED', aliasAssigned: true },
      ending: 'live',
    },
    { name: 'a rolling release', options: PRODUCTION, more: { readySubstate: 'ROLLING' }, ending: 'rolling' },
    {
      name: 'a rolling release with its domains',
      options: PRODUCTION,
      more: { readySubstate: 'ROLLING', aliasAssigned: true },
      ending: 'rolling',
    },
  ])('is $ending for $name', ({ options, more, ending }) => {
    expect(readEnd(reportOf('READY', more), options)).toEqual(
      ending === undefined ? undefined : expect.objectContaining({ ending }),
    );
  });

  it('is not staged while it is being built', () => {
    expect(readEnd(reportOf('BUILDING'), STAGING)).toBeUndefined();
  });

  it('is a failure before it is anything else', () => {
    const end = readEnd(reportOf('READY', { readySubstate: 'STAGED', checksConclusion: 'failed' }), STAGING);
    expect(end).toMatchObject({ failure: { code: 'DEPLOYMENT_FAILED' } });
  });

  it('tells how to promote what is staged, and what rolling means', () => {
    expect(readEnd(reportOf('READY'), STAGING)).toMatchObject({
      note: expect.stringContaining('COMMAND: promote, DEPLOYMENT: dpl_1'),
    });
    expect(readEnd(reportOf('READY', { readySubstate: 'ROLLING' }), PRODUCTION)).toMatchObject({
      note: expect.stringMatching(
        /share of production's traffic, and the share grows by stages.*https:\/\/vercel\.com/,
      ),
    });
  });
});

describe('a project', () => {
  it.each([
    {
      name: 'a rollback',
      project: { lastAliasRequest: { type: 'rollback', jobStatus: 'succeeded' } },
      rolledBack: true,
    },
    {
      name: 'a rollback on its way',
      project: { lastAliasRequest: { type: 'rollback', jobStatus: 'in-progress' } },
      rolledBack: true,
    },
    {
      name: 'a rollback that failed',
      project: { lastAliasRequest: { type: 'rollback', jobStatus: 'failed' } },
      rolledBack: false,
    },
    {
      name: 'a promotion',
      project: { lastAliasRequest: { type: 'promote', jobStatus: 'succeeded' } },
      rolledBack: false,
    },
    { name: 'null', project: { lastAliasRequest: null }, rolledBack: false },
    { name: 'no word of it', project: {}, rolledBack: false },
    { name: 'no project', project: undefined, rolledBack: false },
  ])('is rolled back: $rolledBack with $name', ({ project, rolledBack }) => {
    expect(isRolledBack(project)).toBe(rolledBack);
  });

  it.each([
    { release: { state: 'ACTIVE', canaryDeployment: {} }, rolling: 'active' },
    { release: { state: 'active' }, rolling: 'active' },
    { release: { canaryDeployment: { id: 'dpl_0' } }, rolling: 'active' },
    { release: { state: 'COMPLETE', canaryDeployment: { id: 'dpl_0' } }, rolling: 'none' },
    { release: { target: 'production', stages: [{ targetPercentage: 10 }] }, rolling: 'configured' },
    { release: { enabled: false, target: 'production' }, rolling: 'none' },
    { release: null, rolling: 'none' },
    { release: undefined, rolling: 'none' },
  ])('has rolling releases $rolling with $release', ({ release, rolling }) => {
    expect(readRollingReleases({ rollingRelease: release })).toBe(rolling);
  });
});
