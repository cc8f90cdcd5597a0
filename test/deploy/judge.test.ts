import { describe, expect, it } from '@jest/globals';
import { judge, pageOf, promoteStep } from '../../src/deploy/judge.ts';
import { PAGE, reportOf } from './support/scripted-api.ts';

const FAILED_CHECK = { checks: { 'deployment-alias': { state: 'failed', completedAt: 1 } } };

interface Row {
  readonly name: string;
  readonly state: string;
  readonly more?: Record<string, unknown>;
  readonly code: string;
  readonly text: RegExp;
}

describe('the end of a deployment', () => {
  it.each<Row>([
    { name: 'ERROR', state: 'ERROR', code: 'DEPLOYMENT_FAILED', text: /failed on Vercel[\s\S]*build log above/ },
    { name: 'a new kind of error', state: 'LAMBDA_ERROR', code: 'DEPLOYMENT_FAILED', text: /failed on Vercel/ },
    {
      name: 'ERROR with its reason',
      state: 'ERROR',
      more: { errorCode: 'BUILD_FAILED', errorMessage: 'exited with 1' },
      code: 'DEPLOYMENT_FAILED',
      text: /got: +dpl_1 ERROR BUILD_FAILED exited with 1/,
    },
    { name: 'CANCELED', state: 'CANCELED', code: 'DEPLOYMENT_CANCELED', text: /was canceled on Vercel/ },
    { name: 'DELETED', state: 'DELETED', code: 'DEPLOYMENT_CANCELED', text: /was deleted on Vercel/ },
    {
      name: 'BLOCKED for its author',
      state: 'BLOCKED',
      more: { seatBlock: { blockCode: 'COMMIT_AUTHOR_REQUIRED' } },
      code: 'DEPLOYMENT_BLOCKED',
      text: /BLOCKED COMMIT_AUTHOR_REQUIRED[\s\S]*only with GIT_AUTHOR: true\. Remove that variable, or add the author/,
    },
    {
      name: 'BLOCKED for access',
      state: 'BLOCKED',
      more: { seatBlock: { blockCode: 'TEAM_ACCESS_REQUIRED' } },
      code: 'DEPLOYMENT_BLOCKED',
      text: /TEAM_ACCESS_REQUIRED[\s\S]*GIT_AUTHOR: true/,
    },
    {
      name: 'BLOCKED otherwise',
      state: 'BLOCKED',
      more: { readyStateReason: 'Waiting for an approval' },
      code: 'DEPLOYMENT_BLOCKED',
      text: /Waiting for an approval[\s\S]*Its page on Vercel says what is missing, for example an approval by an owner: https/,
    },
    {
      name: 'a refused domain',
      state: 'READY',
      more: { aliasError: { code: 'cert_missing', message: 'No certificate' } },
      code: 'DEPLOYMENT_FAILED',
      text: /domains of the deployment could not be assigned[\s\S]*got: +cert_missing No certificate[\s\S]*has no certificate yet/,
    },
    {
      name: 'a refused domain with a code of its own',
      state: 'READY',
      more: { aliasError: { code: 'strange', message: 'Hm' } },
      code: 'DEPLOYMENT_FAILED',
      text: /strange Hm[\s\S]*Mend the project's domains/,
    },
    {
      name: 'a failed check of the first generation',
      state: 'READY',
      more: { checksState: 'completed', checksConclusion: 'failed' },
      code: 'DEPLOYMENT_FAILED',
      text: /A check of the deployment failed, so no domain points at it/,
    },
    {
      name: 'a failed check of the second generation',
      state: 'READY',
      more: FAILED_CHECK,
      code: 'DEPLOYMENT_FAILED',
      text: /A check of the deployment failed, so no domain points at it/,
    },
    {
      name: 'a failed check in spite of which it is live',
      state: 'READY',
      more: { ...FAILED_CHECK, aliasAssigned: true },
      code: 'DEPLOYMENT_FAILED',
      text: /A check of the deployment failed, and yet its domains are assigned/,
    },
  ])('is $code for $name', ({ state, more, code, text }) => {
    const failure = judge(reportOf(state, more))?.failure;
    expect(failure?.describe()).toMatch(text);
    expect(failure).toMatchObject({ code, exitStatus: 1, wanted: 'READY, with its domains assigned' });
  });

  it('names the page of what is blocked', () => {
    expect(judge(reportOf('BLOCKED'))?.failure?.fix).toContain(PAGE);
  });

  it.each(['QUEUED', 'INITIALIZING', 'BUILDING', 'ANALYZING', 'DEPLOYING', 'SOMETHING_NEW'])(
    'has not come with %s',
    (state) => {
      expect(judge(reportOf(state))).toBeUndefined();
    },
  );

  it.each([
    { name: 'READY alone', more: {} },
    { name: 'READY with aliasAssigned false', more: { aliasAssigned: false } },
    { name: 'READY with running checks', more: { checksState: 'running' } },
    { name: 'READY with a check that passed', more: { checksConclusion: 'succeeded' } },
  ])('has not come with $name', ({ more }) => {
    expect(judge(reportOf('READY', more))).toBeUndefined();
  });

  it.each([
    { name: 'true', aliasAssigned: true },
    { name: 'a time', aliasAssigned: 1_790_000_000_000 },
  ])('is live with aliasAssigned $name', ({ aliasAssigned }) => {
    expect(judge(reportOf('READY', { aliasAssigned }))).toEqual({ failure: undefined });
  });

  it('is not live before READY, whatever aliasAssigned says', () => {
    expect(judge(reportOf('BUILDING', { aliasAssigned: true }))).toBeUndefined();
  });
});

describe('where people look', () => {
  it.each([
    { name: 'its page', more: {}, page: PAGE },
    { name: 'its address', more: { inspectorUrl: null }, page: 'https://web-1.vercel.app' },
    { name: 'its id', more: { inspectorUrl: null, url: null }, page: 'deployment dpl_1 on Vercel' },
  ])('is $name', ({ more, page }) => {
    const { deployment } = reportOf('READY', more);
    expect(pageOf(deployment)).toBe(page);
    expect(promoteStep(deployment)).toBe('COMMAND: promote, DEPLOYMENT: dpl_1');
  });
});
