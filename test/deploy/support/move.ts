import type { MoveDeps } from '../../../src/deploy/promote.ts';
import { createVercelApi } from '../../../src/deploy/vercel-api.ts';
import { createHttpClient } from '../../../src/http/index.ts';
import { createSandbox, type Sandbox, type SandboxDeployment } from '../../../src/sandbox/index.ts';
import { Secret } from '../../../src/secret.ts';
import { sandboxNetwork } from '../../support/sandbox-network.ts';
import { testPlatform, type TestPlatform } from '../../support/test-platform.ts';

export const PROJECT = 'prj_web';

export interface MoveScene {
  readonly sandbox: Sandbox;
  readonly platform: TestPlatform;
  readonly deps: MoveDeps;
  /** Was production before `current`. */
  readonly older: SandboxDeployment;
  readonly current: SandboxDeployment;
  /** Built for production, and never in it. */
  readonly staged: SandboxDeployment;
  /** Requests that changed something, as `METHOD path status`. */
  readonly writes: () => string[];
}

/** A project of the sandbox with a history, and an API whose client is the pipe's own. */
export async function moveScene(): Promise<MoveScene> {
  const sandbox = await createSandbox();
  const platform = testPlatform(sandboxNetwork(sandbox));
  const http = createHttpClient({ ...platform, userAgent: 'test' });
  const token = new Secret(sandbox.vercel.classicToken);
  const door = { url: sandbox.vercelUrl, authorization: 'bearer' } as const;
  const api = createVercelApi(http, door, sandbox.vercel.team.id, () => Promise.resolve(token));
  const plant = (createdAt: number): SandboxDeployment =>
    sandbox.vercel.plantDeployment({ projectId: PROJECT, target: 'production', createdAt });
  const now = Date.now();
  const older = sandbox.vercel.deployments[0] ?? plant(now);
  const current = plant(now + 1000);
  const staged = sandbox.vercel.plantDeployment({
    projectId: PROJECT,
    target: 'production',
    createdAt: now + 2000,
    staged: true,
  });
  return {
    ...{ sandbox, platform, older, current, staged },
    deps: { api, clock: platform.clock, log: platform.log },
    writes: () =>
      sandbox.journal
        .filter(({ method }) => method !== 'GET')
        .map(({ method, path, status }) => `${method} ${path} ${String(status)}`),
  };
}
