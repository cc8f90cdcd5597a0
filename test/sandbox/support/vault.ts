import { createHttpClient, type HttpClient } from '../../../src/http/index.ts';
import { askedBy } from '../../../src/sandbox/asked.ts';
import { createSandbox, type SandboxIssuer } from '../../../src/sandbox/index.ts';
import { createRouter } from '../../../src/sandbox/router.ts';
import {
  createVault,
  type VaultDeps,
  type VaultOptions,
  type VaultRole,
  type VaultSandbox,
} from '../../../src/sandbox/vault/vault.ts';
import { sandboxNetwork } from '../../support/sandbox-network.ts';
import { memoryLog, testClock, type MemoryLog, type TestClock } from '../../support/test-platform.ts';

export const ADDRESS = 'https://vault.example.com';
export const AUDIENCE = 'https://vercel.com/api/login/oauth/token';

/** What a role says that admits the sandbox's step, and no more than it needs. */
export function roleFor(issuer: SandboxIssuer, more: Partial<VaultRole> = {}): VaultRole {
  const { workspaceUuid, repositoryUuid } = issuer.step;
  return {
    role_type: 'jwt',
    user_claim: 'repositoryUuid',
    bound_audiences: [AUDIENCE],
    bound_claims: { workspaceUuid, repositoryUuid, branchName: ['main'] },
    token_policies: ['deploy'],
    token_ttl: '5m',
    token_max_ttl: '5m',
    token_num_uses: 2,
    ...more,
  };
}

export interface VaultBench {
  readonly vault: VaultSandbox;
  readonly issuer: SandboxIssuer;
  readonly http: HttpClient;
  readonly log: MemoryLog;
  readonly clock: TestClock;
  /** What the fake was asked, `METHOD path status`. */
  readonly asked: string[];
  handle(request: Request): Promise<Response>;
}

/** A fake of Vault that trusts the sandbox's issuer at the mount `jwt`, with the role `pipelines`. */
export async function openVault(
  options: Omit<VaultOptions, 'jwt'> = {},
  role: Partial<VaultRole> = {},
  deps: Partial<VaultDeps> = {},
): Promise<VaultBench> {
  const { issuer } = await createSandbox();
  const clock = testClock();
  const { vault, routes } = await createVault({
    now: () => clock.now(),
    fetchKeys: (url) => (url === issuer.url ? issuer.keys() : undefined),
    ...deps,
    options: {
      policies: { deploy: { 'kv/data/vercel': ['read'] } },
      kv: { kv: { vercel: [{ token: 'vcp_first' }, { token: 'vcp_second' }, null] } },
      ...options,
      jwt: {
        jwt: {
          config: { oidc_discovery_url: issuer.url, bound_issuer: issuer.url },
          roles: { pipelines: roleFor(issuer, role) },
        },
      },
    },
  });
  const route = createRouter(routes);
  const asked: string[] = [];
  const handle = async (request: Request): Promise<Response> => {
    const question = askedBy(request);
    const { reply } = await route(question, question.bytes);
    asked.push(`${request.method} ${question.url.pathname.replace('/v1/', '')} ${String(reply.status)}`);
    return new Response((reply.body as string | undefined) ?? null, { status: reply.status, headers: reply.headers });
  };
  const log = memoryLog();
  const random = { uuid: () => 'u', fraction: () => 0 };
  const http = createHttpClient({ network: sandboxNetwork({ handle }), log, clock, random, userAgent: 'test' });
  return { vault, issuer, http, log, clock, asked, handle };
}
