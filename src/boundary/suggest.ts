import { stringify } from 'yaml';
import type { VerifiedIdentity } from '../identity/types.ts';
import type { AccessRequest, GrantRule, Policy } from '../policy/types.ts';
import { matchGlob, sameUuid } from '../text.ts';

const NO_ENVIRONMENT = [
  'This step runs in no deployment environment, and such a grant must name one: give the step',
  '"deployment: ...", run it again, and the grant printed then names it by deploymentEnvironmentUuid.',
];
const UUID = /^(?:\{[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i;
/** Other in every step or every pipeline: a grant that names one allows nothing ever again. */
const PASSING = ['sub', 'jti', 'stepUuid', 'pipelineUuid', 'pipelineRunUuid'];
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

type Claims = Readonly<Record<string, string>>;

/** What names this step and stays: the repository, and the environment where it has one. */
function whenOf({ workspaceUuid, repositoryUuid, claims }: VerifiedIdentity): Claims {
  const environment = ['deploymentEnvironmentUuid', 'deploymentEnvironment'].find((name) => canName(name, claims));
  const named = environment === undefined ? {} : { [environment]: String(claims[environment]) };
  return { workspaceUuid, repositoryUuid, ...named };
}

/** False for a claim that is absent or passing, and for a value that a policy file would read as something else. */
function canName(name: string, claims: Claims): boolean {
  const value = Object.hasOwn(claims, name) ? claims[name] : undefined;
  if (value === undefined || value === '' || value.length > 1024 || PASSING.includes(name)) return false;
  return name.endsWith('Uuid') ? UUID.test(value) : !/[*\p{C}\p{Zl}\p{Zp}]/u.test(value);
}

function keepApart(
  identity: VerifiedIdentity,
  request: AccessRequest,
  grants: readonly GrantRule[],
): { readonly when: Claims; readonly clashes: readonly string[] } {
  const { claims } = identity;
  const when: Record<string, string> = whenOf(identity);
  const clashes: string[] = [];
  for (const rule of grants.filter(({ allow }) => covers(allow, request))) {
    const unmet = Object.keys(rule.when).filter((name) => !meets(name, rule.when[name], claims));
    if (unmet.some((name) => Object.hasOwn(when, name))) continue;
    const difference = unmet.find((name) => canName(name, claims));
    if (difference === undefined) clashes.push(...tellClash(rule.id, unmet));
    else when[difference] = String(claims[difference]);
  }
  return { when, clashes };
}

function covers(allow: GrantRule['allow'], { action, projectId, target }: AccessRequest): boolean {
  return allow.actions.includes(action) && allow.projects.includes(projectId) && allow.targets.includes(target);
}

function meets(name: string, wanted: readonly string[] = [], claims: Claims): boolean {
  const got = Object.hasOwn(claims, name) ? claims[name] : undefined;
  const matches = name.endsWith('Uuid') ? sameUuid : matchGlob;
  return got !== undefined && wanted.some((value) => matches(value, got));
}

function tellClash(id: string, unmet: readonly string[]): readonly string[] {
  return [
    `Not beside ${id} as it is: a step that meets both is denied, and what tells this one apart is nothing that a`,
    `grant can ask of it: ${unmet.join(', ')}. Give the step what ${id} wants, or change ${id}.`,
  ];
}

function tellEnvironment(when: Claims, { action, target }: AccessRequest): readonly string[] {
  const guarded = action !== 'deploy' || target === 'production';
  const open = !Object.keys(when).some((name) => name.startsWith('deploymentEnvironment'));
  return guarded && open ? NO_ENVIRONMENT : [];
}

function nameGrant({ action, target }: AccessRequest): string {
  return `${action}-${target}`.slice(0, MAX_NAME_CHARS);
}

function toGrant(id: string, request: AccessRequest, when: Claims, exchange: string): object {
  const allow = { actions: [request.action], projects: [request.projectId], targets: [request.target] };
  return { id, allow, when, exchange };
}

function toYaml(comments: readonly string[], value: unknown): string {
  // `compat` quotes what YAML 1.1 would read as something else: the policy may be read by other tools too.
  const yaml = stringify(value, { version: '1.2', compat: 'yaml-1.1', singleQuote: true, lineWidth: 0 });
  return `${comments.map((line) => `# ${line}\n`).join('')}${yaml}`;
}
