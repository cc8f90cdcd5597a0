import { describe, expect, it } from '@jest/globals';
import { parseVariables } from '../../src/variables/index.ts';

const CLONE = '/opt/atlassian/pipelines/agent/build';
const GOOD = {
  VERCEL_TEAM_ID: 'team_abc',
  VERCEL_PROJECT_ID: 'prj_abc',
  TARGET: 'production',
  SIGNING_KEY: '-----BEGIN not-checked-here',
  BITBUCKET_CLONE_DIR: CLONE,
};

describe('parseVariables', () => {
  it('fills every default', () => {
    expect(parseVariables(GOOD, `${CLONE}/apps/web`)).toMatchObject({
      teamId: 'team_abc',
      projectId: 'prj_abc',
      target: { kind: 'production' },
      directory: `${CLONE}/apps/web`,
      recordDir: `${CLONE}/deploy-records`,
      policy: { path: `${CLONE}/deploy-policy.yml`, explicit: false },
      timeoutMs: 900_000,
      apiUrl: 'https://api.vercel.com',
      sandbox: false,
      meta: {},
      exchange: undefined,
      vercelToken: undefined,
      exchangeClientSecret: undefined,
      stepToken: undefined,
      deploy: {
        mode: 'prebuilt',
        upload: 'auto',
        force: false,
        aliases: [],
        regions: [],
        autoAssignDomains: true,
        sendGitAuthor: false,
        wait: true,
      },
      tempDirs: ['/tmp', `${CLONE}/deploy-records`],
    });
  });

  it('reads how the deployment is to be made', () => {
    const environment = {
      ...GOOD,
      ...{ MODE: 'source', UPLOAD: 'archive', FORCE: 'true', AUTO_ASSIGN_DOMAINS: 'false', GIT_AUTHOR: 'true' },
      ...{ ALIASES: '{branch}.example.com', REGIONS_COUNT: '2', REGIONS_0: 'iad1', REGIONS_1: 'fra1' },
      ...{ TMPDIR: '/scratch', BITBUCKET_PIPE_STORAGE_DIR: `${CLONE}/.bitbucket/storage` },
    };
    const { deploy, tempDirs } = parseVariables(environment, CLONE);
    expect(deploy).toEqual({
      mode: 'source',
      upload: 'archive',
      force: true,
      aliases: ['{branch}.example.com'],
      regions: ['iad1', 'fra1'],
      autoAssignDomains: false,
      sendGitAuthor: true,
      wait: true,
    });
    expect(tempDirs).toEqual(['/scratch', `${CLONE}/.bitbucket/storage`, `${CLONE}/deploy-records`]);
    expect(parseVariables({ ...GOOD, WAIT: 'false' }, CLONE).deploy.wait).toBe(false);
  });

  it.each([
    { text: 'preview', target: { kind: 'preview' } },
    { text: 'qa-2', target: { kind: 'custom', slug: 'qa-2' } },
  ])('reads TARGET $text', ({ text, target }) => {
    expect(parseVariables({ ...GOOD, TARGET: text }, CLONE).target).toEqual(target);
  });

  it("undoes Bitbucket's list encoding", () => {
    const environment = { ...GOOD, META_COUNT: '2', META_0: 'team=web', META_1: 'formula=a=b' };
    expect(parseVariables(environment, CLONE).meta).toEqual({ team: 'web', formula: 'a=b' });
  });

  it.each([
    { name: 'an empty list', environment: { META_COUNT: '0' }, meta: {} },
    { name: 'one text for a list', environment: { META: 'team=web' }, meta: { team: 'web' } },
  ])('takes $name', ({ environment, meta }) => {
    expect(parseVariables({ ...GOOD, ...environment }, CLONE).meta).toEqual(meta);
  });

  it('keeps secrets from every way of printing', () => {
    const environment = {
      ...GOOD,
      VERCEL_TOKEN: 'vcp_canary1234567890',
      EXCHANGE_CLIENT_SECRET: 'canary client secret',
      BITBUCKET_STEP_OIDC_TOKEN: 'canary-step-token',
    };
    const config = parseVariables(environment, CLONE);
    expect(config.stepToken?.reveal()).toBe('canary-step-token');
    expect(config.exchangeClientSecret?.reveal()).toBe('canary client secret');
    expect(JSON.stringify(config)).not.toMatch(/canary|not-checked-here/);
  });

  it('reads what Bitbucket says of the build, newer names first', () => {
    const environment = {
      ...GOOD,
      BITBUCKET_REPO_OWNER_UUID: '{owner}',
      BITBUCKET_WORKSPACE_UUID: '{workspace}',
      BITBUCKET_COMMIT: 'c0ffee',
      BITBUCKET_TAG: '',
    };
    expect(parseVariables(environment, CLONE).build).toEqual({ workspaceUuid: '{workspace}', commit: 'c0ffee' });
  });

  it.each([
    { url: 'http://127.0.0.1:4000', sandbox: true },
    { url: 'https://api.example.com/', sandbox: false },
  ])('calls $url a sandbox: $sandbox', ({ url, sandbox }) => {
    const config = parseVariables({ ...GOOD, VERCEL_API_URL: url }, CLONE);
    expect(config.sandbox).toBe(sandbox);
    expect(config.apiUrl).toBe(url.replace(/\/$/, ''));
  });
});
