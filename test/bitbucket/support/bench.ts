import type { Announcement, BitbucketDeps, CommitPlace, RepositoryName } from '../../../src/bitbucket/index.ts';
import { createHttpClient } from '../../../src/http/index.ts';
import type { HttpClient } from '../../../src/http/types.ts';
import { createSandbox, type Sandbox } from '../../../src/sandbox/index.ts';
import { Secret } from '../../../src/secret.ts';
import { sandboxNetwork } from '../../support/sandbox-network.ts';
import { testPlatform, type TestPlatform } from '../../support/test-platform.ts';

export const NEVER = new AbortController().signal;

export interface Bench {
  readonly sandbox: Sandbox;
  readonly platform: TestPlatform;
  readonly http: HttpClient;
  readonly place: CommitPlace & RepositoryName;
  readonly deps: BitbucketDeps;
}

export async function bench(
  token: 'accessToken' | 'weakAccessToken' | 'foreignAccessToken' = 'accessToken',
): Promise<Bench> {
  const sandbox = await createSandbox();
  const platform = testPlatform(sandboxNetwork(sandbox, { proxy: true }));
  const { url: issuer, step } = sandbox.issuer;
  const { clock, log, random, network } = platform;
  const http = createHttpClient({ network, clock, log, random, userAgent: 'test' });
  const accessToken = new Secret(sandbox.bitbucket[token]);
  const { workspaceUuid, repositoryUuid, commit } = step;
  const place = { issuer, workspaceUuid, repositoryUuid, commit };
  return { sandbox, platform, http, place, deps: { http, clock, apiUrl: sandbox.bitbucketUrl, accessToken } };
}

export function announcement(changes: Partial<Announcement> = {}): Announcement {
  return {
    key: 'vercel-oidc-deploy-0123456789abcdef0123',
    title: 'Vercel: web, preview',
    state: 'passed',
    summary: 'Deployed and live after 9.3 s.',
    url: 'https://web-8fad34bbb-acme.vercel.app',
    inspectorUrl: 'https://vercel.com/acme/web/kzMF',
    pipelineUrl: 'https://bitbucket.org/acme/web/pipelines/results/42',
    durationMs: 9300,
    recordDigest: 'ab'.repeat(32),
    facts: [
      { title: 'Target', value: 'preview of web (prj_web)' },
      { title: 'Files', value: 9 },
    ],
    findings: [],
    ...changes,
  };
}
