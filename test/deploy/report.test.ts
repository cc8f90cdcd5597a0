import { describe, expect, it } from '@jest/globals';
import { readReport } from '../../src/deploy/report.ts';
import { deploymentBody, reportOf } from './support/scripted-api.ts';

describe('a report', () => {
  it('keeps what a short form leaves out', () => {
    const { deployment } = reportOf('READY', {
      readySubstate: 'STAGED',
      ownerId: 'team_1',
      alias: ['a.example.com'],
      createdAt: 5,
    });
    const short = readReport({ id: 'dpl_1', readyState: 'READY', aliasAssigned: true, target: null }, deployment);
    expect(short?.deployment).toEqual({ ...deployment, target: 'preview', aliasAssigned: true });
  });

  it.each<[string, object, string]>([
    ['a short form', {}, 'qa'],
    ['a whole one', { url: 'web-1.vercel.app' }, 'preview'],
  ])('takes no custom environment for a preview because of %s', (_, more, target) => {
    const { deployment } = reportOf('BUILDING', { customEnvironment: { id: 'env_qa', slug: 'qa' } });
    const later = readReport({ id: 'dpl_1', readyState: 'READY', target: null, ...more }, deployment);
    expect(later?.deployment.target).toBe(target);
  });

  it.each([
    { name: 'no object', body: 'dpl_1' },
    { name: 'a list', body: [] },
    { name: 'no id', body: { url: 'web-1.vercel.app', readyState: 'READY' } },
    { name: 'no state', body: { id: 'dpl_1', url: 'web-1.vercel.app' } },
  ])('is none where the reply has $name', ({ body }) => {
    expect(readReport(body)).toBeUndefined();
  });

  it.each([
    { name: 'nothing', body: {} },
    { name: "a proxy's word of itself", body: { status: 'ok' } },
    { name: 'no state', body: { id: 'dpl_1', alias: [] } },
    { name: 'no id', body: { readyState: 'READY', aliasAssigned: true } },
    { name: 'another id', body: deploymentBody('READY', { id: 'dpl_2' }) },
  ])('is no news of a deployment where the reply has $name', ({ body }) => {
    expect(readReport(body, reportOf('BUILDING').deployment)).toBeUndefined();
  });

  it.each([
    { given: 'ANALYZING', read: 'BUILDING', unknown: undefined },
    { given: 'DEPLOYING', read: 'BUILDING', unknown: undefined },
    { given: 'BUILD_ERROR', read: 'ERROR', unknown: undefined },
    { given: 'HIBERNATING', read: 'BUILDING', unknown: 'HIBERNATING' },
    { given: 'BLOCKED', read: 'BLOCKED', unknown: undefined },
  ])('reads the state $given as $read', ({ given, read, unknown }) => {
    const report = reportOf(given);
    expect(report.deployment.readyState).toBe(read);
    expect(report.unknownState).toBe(unknown);
  });

  it('takes an item of a list, which says uid and state', () => {
    const { id, readyState, ...rest } = deploymentBody('READY');
    expect(readReport({ ...rest, uid: id, state: readyState })?.deployment).toMatchObject({
      id: 'dpl_1',
      readyState: 'READY',
    });
  });

  it('writes the address with https once, whether Vercel does or not', () => {
    expect(reportOf('READY').deployment.url).toBe('https://web-1.vercel.app');
    expect(reportOf('READY', { url: 'https://web-1.vercel.app' }).deployment.url).toBe('https://web-1.vercel.app');
  });

  it('does without an address, which a short form leaves out, until a name points at it', () => {
    const created = readReport({ id: 'dpl_1', readyState: 'QUEUED', alias: [] })?.deployment;
    expect(created).toMatchObject({ id: 'dpl_1', url: '' });
    const live = readReport(
      { id: 'dpl_1', readyState: 'READY', alias: ['a.example.com'], aliasAssigned: true },
      created,
    );
    expect(live?.deployment.url).toBe('https://a.example.com');
  });

  it.each([
    { name: 'the first generation, registered', more: { checksState: 'registered' }, running: true },
    { name: 'the first generation, running', more: { checksState: 'running' }, running: true },
    { name: 'the first generation, over', more: { checksState: 'completed' }, running: false },
    {
      name: 'the second generation, pending',
      more: { checks: { 'deployment-alias': { state: 'pending' } } },
      running: true,
    },
    {
      name: 'the second generation, with its end',
      more: { checks: { 'deployment-alias': { state: 'pending', completedAt: 1 } } },
      running: false,
    },
    {
      name: 'the second generation, passed',
      more: { checks: { 'deployment-alias': { state: 'succeeded' } } },
      running: false,
    },
    { name: 'none', more: {}, running: false },
  ])('sees whether checks run: $name', ({ more, running }) => {
    expect(reportOf('READY', more).checksRunning).toBe(running);
  });

  it('reads why a domain was refused and why it is blocked, on one line and bounded', () => {
    const report = reportOf('BLOCKED', {
      aliasError: { code: 'cert_missing', message: 'one\ntwo' },
      seatBlock: { blockCode: 'TEAM_ACCESS_REQUIRED' },
      readyStateReason: 'x'.repeat(9000),
    });
    expect(report.aliasError).toBe('cert_missing one two');
    expect(report.blockCode).toBe('TEAM_ACCESS_REQUIRED');
    expect(report.reason).toHaveLength('TEAM_ACCESS_REQUIRED '.length + 500);
    expect(reportOf('READY', { aliasError: {} }).aliasError).toBe('no reason given');
    expect(reportOf('READY', { aliasError: null }).aliasError).toBeUndefined();
  });

  it('takes of meta what is text, and who made it', () => {
    const report = reportOf('READY', { meta: { a: 'b', n: 1 }, creator: { uid: 'app_1', type: 'app' } });
    expect(report.meta).toEqual({ a: 'b' });
    expect(report.creatorId).toBe('app_1');
    expect(report.deployment.creatorType).toBe('app');
  });
});
