import { PipeError } from '../../../src/errors.ts';
import type { VerifiedIdentity } from '../../../src/identity/types.ts';
import { parsePolicy, type AccessRequest, type Decision, type Policy } from '../../../src/policy/index.ts';

export const WORKSPACE = '{11111111-1111-4111-8111-111111111111}';
export const REPOSITORY = '{22222222-2222-4222-8222-222222222222}';
export const ENVIRONMENT = '{55555555-5555-4555-8555-555555555555}';
export const ISSUER = 'https://api.bitbucket.org/2.0/workspaces/acme/pipelines-config/identity/oidc';
export const PIPE = '1.0.0';

/** A policy that is good as it stands, with one grant for previews and one for production. */
export const GOOD = `version: 1
minPipe: 1.0.0
issued: 2026-11-01
expires: 2026-11-30
issuers: ['${ISSUER}']
audience: https://vercel.com/api/login/oauth/token
exchanges:
  direct:
    - vercel: { team: team_abc, policy: pol_abc }
  token:
    - static: {}
grants:
  - id: web-production
    allow: { actions: [deploy, promote, rollback], projects: [prj_abc], targets: [production] }
    when:
      workspaceUuid: '${WORKSPACE}'
      repositoryUuid: ['${REPOSITORY}', '{33333333-3333-4333-8333-333333333333}']
      deploymentEnvironmentUuid: '${ENVIRONMENT}'
      branchName: [main, 'release/*']
    exchange: direct
    require: { signers: [vault, key], noStatic: true }
  - id: web-preview
    allow: { actions: [deploy], projects: [prj_abc], targets: [preview] }
    when: { workspaceUuid: '${WORKSPACE}', repositoryUuid: '${REPOSITORY}' }
    exchange: direct
`;

export function parse(text: string, pipeVersion = PIPE): Policy {
  return parsePolicy(new TextEncoder().encode(text), pipeVersion);
}

/** A verified identity with these claims; the brand is the tests' own, as they judge policies and not tokens. */
export function identityWith(claims: Readonly<Record<string, string | undefined>>): VerifiedIdentity {
  const texts: Record<string, string> = {};
  const all: typeof claims = { workspaceUuid: WORKSPACE, repositoryUuid: REPOSITORY, ...claims };
  for (const [name, value] of Object.entries(all)) if (value !== undefined) texts[name] = value;
  const { workspaceUuid, repositoryUuid } = texts;
  return { issuer: ISSUER, claims: texts, workspaceUuid, repositoryUuid } as unknown as VerifiedIdentity;
}

/** 2026-11-15, within GOOD's dates and outside its warnings. */
export const NOW = Date.UTC(2026, 10, 15);

export function requestFor(changes: Partial<AccessRequest> = {}): AccessRequest {
  return {
    action: 'deploy',
    projectId: 'prj_abc',
    target: 'preview',
    now: NOW,
    signers: ['key'],
    timestamp: false,
    store: false,
    actor: 'unknown',
    exchange: undefined,
    ...changes,
  };
}

/** The id of the grant, or the reason of the denial. */
export function outcome(decision: Decision): string {
  return 'grant' in decision ? `grant ${decision.grant.id}` : decision.denial.reason;
}

/** The faults of an invalid policy; none where it is good. */
export function faultsOf(text: string): readonly string[] {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof PipeError && error.code === 'POLICY_INVALID') return error.faults;
    throw error;
  }
  return [];
}
