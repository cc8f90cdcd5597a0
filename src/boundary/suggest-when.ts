import type { VerifiedIdentity } from '../identity/types.ts';
import type { AccessRequest, Claims, GrantRule } from '../policy/types.ts';
import { matchGlob, sameUuid } from '../text.ts';

/** Claims and the one value of each that a grant is to want. */
export type When = Readonly<Record<string, string>>;

const UUID = /^(?:\{[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i;
/** Other in every step or every pipeline: a grant that names one allows nothing ever again. */
const PASSING = ['sub', 'jti', 'stepUuid', 'pipelineUuid', 'pipelineRunUuid'];

/** What names this step and stays: the repository, and the environment where it has one. */
export function whenOf({ workspaceUuid, repositoryUuid, claims }: VerifiedIdentity): When {
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

/**
 * What names this step and no step that one of the grants for the same work allows. `clashes` says, in lines, beside
 * which of them that cannot be.
 */
export function keepApart(
  identity: VerifiedIdentity,
  request: AccessRequest,
  grants: readonly GrantRule[],
): { readonly when: When; readonly clashes: readonly string[] } {
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
  return got !== undefined && got !== '' && wanted.some((value) => matches(value, got));
}

function tellClash(id: string, unmet: readonly string[]): readonly string[] {
  return [
    `Not beside ${id} as it is: a step that meets both is denied, and what tells this one apart is nothing that a`,
    `grant can ask of it: ${unmet.join(', ')}. Give the step what ${id} wants, or change ${id}.`,
  ];
}
