import { stringify } from 'yaml';
import type { VerifiedIdentity } from '../identity/types.ts';
import { readClaim } from './match.ts';
import type { AccessRequest, Policy } from './types.ts';

const NO_ENVIRONMENT = `# This step runs in no deployment environment, and such a grant must name one: give the step
# "deployment: ...", run it again, and the grant printed then names it by deploymentEnvironmentUuid.
`;

/** A whole policy file that allows this request alone, filled from the verified claims. */
export function suggestPolicy(identity: VerifiedIdentity, request: AccessRequest): string {
  const exchange = request.exchange === 'static' ? 'static' : 'vercel';
  const exchanges = { [exchange]: [{ [exchange]: {} }] };
  const grants = [buildGrant(nameGrant(request), exchange, identity, request)];
  const policy = { version: 1, issuers: [identity.issuer], exchanges, grants };
  return `# deploy-policy.yml\n${toYaml(policy, identity, request)}`;
}

/** One grant for `grants:` in a policy that lacks it; its exchange is the one asked for, else `usual`. */
export function suggestGrant(
  policy: Policy,
  usual: string,
  identity: VerifiedIdentity,
  request: AccessRequest,
): string {
  const exchange = Object.keys(policy.exchanges).find((name) => name === request.exchange) ?? usual;
  const ids = policy.grants.map((rule) => rule.id);
  let id = nameGrant(request);
  for (let number = 2; ids.includes(id); number += 1) id = `${nameGrant(request)}-${String(number)}`;
  return `# under grants: in the policy\n${toYaml([buildGrant(id, exchange, identity, request)], identity, request)}`;
}

function nameGrant({ action, target }: AccessRequest): string {
  return `${action}-${target}`;
}

function buildGrant(id: string, exchange: string, identity: VerifiedIdentity, request: AccessRequest): object {
  const { workspaceUuid, repositoryUuid } = identity;
  const allow = { actions: [request.action], projects: [request.projectId], targets: [request.target] };
  return { id, allow, when: { workspaceUuid, repositoryUuid, ...environmentClaim(identity) }, exchange };
}

/** The claim that names the environment; none whose value would be read as a pattern. */
function environmentClaim({ claims }: VerifiedIdentity): Readonly<Record<string, string>> {
  const names = ['deploymentEnvironmentUuid', 'deploymentEnvironment'];
  const name = names.find((claim) => readClaim(claims, claim)?.includes('*') === false);
  return name === undefined ? {} : { [name]: String(claims[name]) };
}

function toYaml(value: unknown, identity: VerifiedIdentity, { action, target }: AccessRequest): string {
  const guarded = action !== 'deploy' || target === 'production';
  const open = Object.keys(environmentClaim(identity)).length === 0;
  // `compat` quotes what YAML 1.1 would read as something else: the policy may be read by other tools too.
  const yaml = stringify(value, { version: '1.2', compat: 'yaml-1.1', singleQuote: true, lineWidth: 0 });
  return guarded && open ? `${NO_ENVIRONMENT}${yaml}` : yaml;
}
