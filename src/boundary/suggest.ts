import { stringify } from 'yaml';
import type { VerifiedIdentity } from '../identity/types.ts';
import type { AccessRequest, Policy } from '../policy/types.ts';
import { keepApart, whenOf, type When } from './suggest-when.ts';

const NO_ENVIRONMENT = [
  'This step runs in no deployment environment, and such a grant must name one: give the step',
  '"deployment: ...", run it again, and the grant printed then names it by deploymentEnvironmentUuid.',
];
/** An id has at most 64 characters; the rest is for a number. */
const MAX_NAME_CHARS = 56;

/** A whole policy file that allows this request alone, filled from the verified claims. */
export function suggestPolicy(identity: VerifiedIdentity, request: AccessRequest): string {
  const exchange = request.exchange ?? 'vercel';
  const exchanges = { [exchange]: [{ [exchange === 'static' ? 'static' : 'vercel']: {} }] };
  const when = whenOf(identity);
  const grants = [toGrant(nameGrant(request), request, when, exchange)];
  const policy = { version: 1, issuers: [identity.issuer], exchanges, grants };
  return toYaml(['deploy-policy.yml', ...tellEnvironment(when, request)], policy);
}

/**
 * One grant for `grants:` in a policy that allows no such step; its exchange is the one asked for, else `usual`. Where
 * another grant covers the same work it names what tells the two steps apart: without that both would match the other
 * step, and two matching grants deny. Where nothing can, it says so.
 */
export function suggestGrant(
  policy: Policy,
  usual: string,
  identity: VerifiedIdentity,
  request: AccessRequest,
): string {
  const { exchange: asked } = request;
  const known = asked !== undefined && Object.hasOwn(policy.exchanges, asked);
  const { when, clashes } = keepApart(identity, request, policy.grants);
  const ids = policy.grants.map((rule) => rule.id);
  let id = nameGrant(request);
  for (let number = 2; ids.includes(id); number += 1) id = `${nameGrant(request)}-${String(number)}`;
  const notes = [
    ...tellEnvironment(when, request),
    ...(asked === undefined || known
      ? []
      : [`The policy has no exchange ${asked}: add it, or leave EXCHANGE out of the step.`]),
    ...clashes,
  ];
  const grant = toGrant(id, request, when, known ? asked : usual);
  return toYaml(['under grants: in the policy', ...notes], [grant]);
}

function tellEnvironment(when: When, { action, target }: AccessRequest): readonly string[] {
  const guarded = action !== 'deploy' || target === 'production';
  const open = !Object.keys(when).some((name) => name.startsWith('deploymentEnvironment'));
  return guarded && open ? NO_ENVIRONMENT : [];
}

function nameGrant({ action, target }: AccessRequest): string {
  return `${action}-${target}`.slice(0, MAX_NAME_CHARS);
}

function toGrant(id: string, request: AccessRequest, when: When, exchange: string): object {
  const allow = { actions: [request.action], projects: [request.projectId], targets: [request.target] };
  return { id, allow, when, exchange };
}

function toYaml(comments: readonly string[], value: unknown): string {
  // `compat` quotes what YAML 1.1 would read as something else: the policy may be read by other tools too.
  const yaml = stringify(value, { version: '1.2', compat: 'yaml-1.1', singleQuote: true, lineWidth: 0 });
  return `${comments.map((line) => `# ${line}\n`).join('')}${yaml}`;
}
