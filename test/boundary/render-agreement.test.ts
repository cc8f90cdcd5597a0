import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decodeJwt } from 'jose';
import { toVercelSide } from '../../src/boundary/render-vercel.ts';
import { judgeAccess, type Policy } from '../../src/policy/index.ts';
import { createSandbox, type Sandbox } from '../../src/sandbox/index.ts';
import { requestFor } from '../policy/support/policy.ts';
import { api, exchange } from '../sandbox/support/client.ts';
import { sketch } from './support/policies.ts';

const WORKSPACES = ['{11111111-1111-4111-8111-11111111111a}', '{11111111-1111-4111-8111-11111111111b}'] as const;
const REPOSITORIES = ['{22222222-2222-4222-8222-22222222222a}', '{22222222-2222-4222-8222-22222222222b}'] as const;
const ENVIRONMENTS = ['{33333333-3333-4333-8333-33333333333a}', '{33333333-3333-4333-8333-33333333333b}'] as const;

/** In a policy file a UUID may be spelled as Bitbucket does not. */
const spelled = (uuids: readonly string[]) =>
  fc.uniqueArray(fc.constantFrom(...uuids, ...uuids.map((uuid) => uuid.slice(1, -1).toUpperCase())), { minLength: 1 });
const globs = fc.uniqueArray(fc.constantFrom('main', 'release/1', 'release/*', '*', '*/1', 'r*/*', '(main)', 'ma.n'), {
  minLength: 1,
  maxLength: 3,
});
const when = fc.record(
  {
    workspaceUuid: spelled(WORKSPACES),
    repositoryUuid: spelled(REPOSITORIES),
    deploymentEnvironmentUuid: spelled(ENVIRONMENTS),
    deploymentEnvironment: fc.constant(['Production', 'Stag*']),
    branchName: globs,
  },
  { requiredKeys: ['workspaceUuid', 'repositoryUuid'] },
);
const grants = fc.array(
  fc.record(
    {
      when,
      projects: fc.uniqueArray(fc.constantFrom('prj_a', 'prj_b'), { minLength: 1 }),
      policy: fc.constantFrom('pol_one', 'pol_two'),
    },
    { requiredKeys: ['when', 'projects'] },
  ),
  { minLength: 1, maxLength: 4 },
);
const tokens = fc.array(
  fc.record({
    workspaceUuid: fc.constantFrom(...WORKSPACES),
    repositoryUuid: fc.constantFrom(...REPOSITORIES),
    deploymentEnvironmentUuid: fc.constantFrom(...ENVIRONMENTS, undefined),
    deploymentEnvironment: fc.constantFrom('Production', 'Staging', undefined),
    branchName: fc.constantFrom('main', 'release/1', 'release/x', 'feature/1', 'Main', undefined),
  }),
  { minLength: 4, maxLength: 4 },
);

describe("Vercel's side of a policy, live in the sandbox,", () => {
  it('admits exactly the tokens, for exactly the projects, that the pipe does', async () => {
    const sandbox = await createSandbox({ policies: [], projects: [{ id: 'prj_a', name: 'a' }] });
    const seen = { admitted: 0, refused: 0 };
    const property = fc.asyncProperty(grants, tokens, async (sketches, claimsOfTokens) => {
      const policy = sketch(sketches, { issuers: [sandbox.issuer.url] });
      const live = await makeLive(sandbox, policy);
      for (const claims of claimsOfTokens) {
        const token = await sandbox.issuer.mintToken({ claims });
        const atVercel = await projectsAtVercel(sandbox, live, token);
        seen[atVercel.length > 0 ? 'admitted' : 'refused'] += 1;
        expect({ claims, projects: atVercel }).toEqual({ claims, projects: projectsOfPipe(policy, token) });
      }
    });
    await fc.assert(property, { numRuns: 60 });
    // Else the two would have agreed on nothing.
    expect(seen.admitted).toBeGreaterThan(15);
    expect(seen.refused).toBeGreaterThan(15);
  }, 30_000);
});

interface Live {
  readonly policyId: string;
  readonly projects: readonly string[];
}

/** Creates the policies as Vercel's API takes them. */
function makeLive(sandbox: Sandbox, policy: Policy): Promise<readonly Live[]> {
  return Promise.all(
    toVercelSide(policy).policies.map(async ({ request }) => {
      const path = '/v1/oauth-apps/oidc-federation/policies?teamId=team_acme';
      const { status, body } = await api(sandbox, 'POST', path, { json: request });
      expect({ status, body }).toMatchObject({ status: 200, body: request });
      return { policyId: body.policyId as string, projects: request.resources.projectIds };
    }),
  );
}

async function projectsAtVercel(sandbox: Sandbox, live: readonly Live[], token: string): Promise<readonly string[]> {
  const open = await Promise.all(
    live.map(async ({ policyId, projects }) => {
      const { status, body } = await exchange(sandbox, { subject_token: token, policy_id: policyId });
      if (status === 200) return projects;
      expect(body).toMatchObject({ error: 'invalid_grant', error_description: expect.stringContaining(policyId) });
      return [];
    }),
  );
  return [...new Set(open.flat())].sort();
}

/** What the pipe would ask a credential for, over all that the policy could be asked. */
function projectsOfPipe(policy: Policy, token: string): readonly string[] {
  const claims = Object.entries(decodeJwt(token)).filter(
    (claim): claim is [string, string] => typeof claim[1] === 'string',
  );
  const asked = policy.grants.flatMap(({ allow: { projects, targets } }) =>
    projects.map((projectId) => requestFor({ projectId, target: targets[0] ?? '' })),
  );
  const granted = asked.filter((request) => 'grant' in judgeAccess(policy, Object.fromEntries(claims), request));
  return [...new Set(granted.map(({ projectId }) => projectId))].sort();
}
