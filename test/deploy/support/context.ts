import type { ContextApi } from '../../../src/deploy/context-api.ts';
import { readContext } from '../../../src/deploy/context.ts';
import { createVercelApi } from '../../../src/deploy/vercel-api.ts';
import type { DeployContext } from '../../../src/deploy/types.ts';
import type { HttpReply } from '../../../src/http/index.ts';
import { createHttpClient } from '../../../src/http/index.ts';
import { createSandbox, type Sandbox, type SandboxOptions } from '../../../src/sandbox/index.ts';
import { Secret } from '../../../src/secret.ts';
import type { Target } from '../../../src/variables/types.ts';
import { exchange } from '../../sandbox/support/client.ts';
import { sandboxNetwork } from '../../support/sandbox-network.ts';
import { testPlatform, type TestPlatform } from '../../support/test-platform.ts';
import { NEVER, reply } from './fake-api.ts';

export const PRODUCTION: Target = { kind: 'production' };
export const PREVIEW: Target = { kind: 'preview' };
export const QA: Target = { kind: 'custom', slug: 'qa' };
export const KEYS = { record: 'oidcDeployRecord', intent: 'oidcDeployIntent', build: 'oidcDeployBuild' };
export const PROJECT = 'prj_web';

/** A record's id and digest with this number in them. */
export const recordId = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
export const digest = (n: number): string => String(n).padStart(64, '0');

export function metaOf(n: number, build = `${String(n)}/1/`): Record<string, string> {
  return { [KEYS.record]: `20261124T020000Z-${recordId(n)}`, [KEYS.intent]: digest(n), [KEYS.build]: build };
}

/** An item of Vercel's list. */
export function listed(n: number, more: object = {}): object {
  return {
    ...{ uid: `dpl_${String(n)}`, url: 'x.vercel.app', projectId: PROJECT, createdAt: n, readyState: 'READY' },
    ...{ target: null, meta: metaOf(n) },
    ...more,
  };
}

/** Calls that answer as a test says, and else with nothing that matters. */
export function contextApi(given: Partial<ContextApi> = {}): { readonly context: ContextApi } {
  const answer = (body: object) => (): Promise<HttpReply> => Promise.resolve(reply(200, body));
  const context = {
    settings: answer({ id: PROJECT }),
    variables: answer({ envs: [], pagination: { next: null } }),
    customEnvironments: answer({ environments: [] }),
    deployments: answer({ deployments: [] }),
    ...given,
  };
  return { context };
}

export interface Scene {
  readonly sandbox: Sandbox;
  readonly platform: TestPlatform;
  readonly read: (target?: Target, signal?: AbortSignal) => Promise<DeployContext>;
}

/** Vercel's sandbox, asked with a user's stored token or with one that was exchanged. */
export async function contextScene(options: SandboxOptions = {}, as: 'user' | 'app' = 'user'): Promise<Scene> {
  const sandbox = await createSandbox(options);
  const token = as === 'user' ? sandbox.vercel.classicToken : String((await exchange(sandbox)).body.access_token);
  const platform = testPlatform(sandboxNetwork(sandbox));
  const http = createHttpClient({ ...platform, userAgent: 'test' });
  const bearer = new Secret(token);
  const door = { url: sandbox.vercelUrl, authorization: 'bearer' } as const;
  const api = createVercelApi(http, door, sandbox.vercel.team.id, () => Promise.resolve(bearer));
  return {
    sandbox,
    platform,
    read: (target = PRODUCTION, signal = NEVER) =>
      readContext(api, { projectId: PROJECT, target, metaKeys: KEYS }, platform, signal),
  };
}
