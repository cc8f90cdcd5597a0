import type { GrantRule, Policy } from '../policy/types.ts';

/** What every rendering must not be taken for. Held by the servers' own limits, so it stands in each of them. */
const TARGETS =
  "A server's policy bounds claims, permissions and projects, not targets: a credential for a project reaches all of " +
  'its targets, so the weakest grant of a project bounds them all. Where production must be isolated, give it a ' +
  'project (or a team) of its own.';

/** What the rendered objects do not enforce, in sentences. */
export function tellLimits(policy: Policy): readonly string[] {
  return [TARGETS, ...tellWeakest(policy.grants), ...tellPipeOnly(policy)];
}

/** For each project, the grants whose steps get a credential that could do more than they allow. */
function tellWeakest(grants: readonly GrantRule[]): readonly string[] {
  const projects = [...new Set(grants.flatMap(({ allow }) => allow.projects))].sort();
  return projects.flatMap((project) => {
    const here = grants.filter(({ allow }) => allow.projects.includes(project));
    const strong = here.filter(({ allow }) => allow.targets.includes('production'));
    const weak = here.filter(({ allow }) => !allow.targets.includes('production'));
    if (strong.length === 0 || weak.length === 0) return [];
    const ids = (list: readonly GrantRule[]): string => list.map(({ id }) => id).join(', ');
    return [`${project}: a credential by ${ids(weak)} could also change production, which only ${ids(strong)} should.`];
  });
}

function tellPipeOnly({ expires, grants }: Policy): readonly string[] {
  const required = grants.filter(({ require }) => Object.keys(require).length > 0).map(({ id }) => id);
  const parts = [
    'actions',
    ...(expires === undefined ? [] : [`the end on ${expires}`]),
    ...(required.length === 0 ? [] : [`require of ${required.join(', ')}`]),
  ];
  return [`Enforced by the pipe alone: ${parts.join('; ')}.`];
}
