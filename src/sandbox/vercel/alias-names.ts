import type { State } from './state.ts';
import type { AssignedAlias, SandboxDeployment } from './deployment-types.ts';

/** What was assigned to it by hand, and is still its own. */
export function aliasesOf(state: State, { id }: SandboxDeployment): AssignedAlias[] {
  return [...state.aliases.values()].filter(({ deploymentId }) => deploymentId === id);
}
