import { parsePolicy, type Policy } from '../../../src/policy/index.ts';

export const ISSUER = 'https://api.bitbucket.org/2.0/workspaces/acme/pipelines-config/identity/oidc';
export const WORKSPACE = '{11111111-1111-4111-8111-111111111111}';
export const REPOSITORY = '{22222222-2222-4222-8222-222222222222}';
export const OTHER_REPOSITORY = '{33333333-3333-4333-8333-333333333333}';
export const ENVIRONMENT = '{55555555-5555-4555-8555-555555555555}';

/** One production grant and one for previews, each with a policy of its own at Vercel. */
export const SAMPLE = `version: 1
issued: 2026-11-01
expires: 2026-11-30
issuers: ['${ISSUER}']
audience: https://vercel.com/api/login/oauth/token
exchanges:
  production: [{ vercel: { team: team_abc, policy: pol_production } }]
  preview: [{ vercel: { team: team_abc, policy: pol_preview } }]
  token: [{ static: {} }]
grants:
  - id: web-production
    allow: { actions: [deploy, rollback], projects: [prj_abc], targets: [production] }
    when:
      workspaceUuid: '${WORKSPACE}'
      repositoryUuid: ['${REPOSITORY}', '${OTHER_REPOSITORY}']
      deploymentEnvironmentUuid: '${ENVIRONMENT}'
      branchName: [main, 'release/*']
    exchange: production
    require: { noStatic: true }
  - id: web-preview
    allow: { actions: [deploy], projects: [prj_abc], targets: [preview] }
    when: { workspaceUuid: 11111111-1111-4111-8111-111111111111, repositoryUuid: '${REPOSITORY}' }
    exchange: preview
`;

/** The same with its production grant alone. */
export const SMALL = SAMPLE.slice(0, SAMPLE.indexOf('  - id: web-preview'));

export function policyOf(text: string): Policy {
  return parsePolicy(new TextEncoder().encode(text), '1.0.0');
}

export interface GrantSketch {
  readonly when?: Readonly<Record<string, string | readonly string[]>>;
  readonly projects?: readonly string[];
  /** Of the `vercel` hop. */
  readonly policy?: string;
  readonly client?: string;
}

/**
 * A policy with these grants, `g0`, `g1`, …, each with an exchange of its own. Targets differ, so that no two grants
 * answer one question. JSON is YAML.
 */
export function sketch(grants: readonly GrantSketch[], more: object = {}): Policy {
  // What is undefined, JSON leaves out.
  const chains = grants.map(({ policy, client }, index) => [`e${String(index)}`, [{ vercel: { policy, client } }]]);
  return policyOf(
    toAsciiJson({
      version: 1,
      issuers: [ISSUER],
      exchanges: Object.fromEntries(chains) as object,
      grants: grants.map(({ when = {}, projects = ['prj_web'] }, index) => ({
        id: `g${String(index)}`,
        allow: { actions: ['deploy'], projects, targets: [`t${String(index)}`] },
        when: { workspaceUuid: WORKSPACE, repositoryUuid: REPOSITORY, ...when },
        exchange: `e${String(index)}`,
      })),
      ...more,
    }),
  );
}

/** A policy file holds no letter that does not show, but may hold its escape. */
function toAsciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
