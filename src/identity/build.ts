import { sameUuid, show } from '../text.ts';
import type { AssertedBuild } from '../variables/types.ts';

export interface Comparison {
  readonly faults: readonly string[];
  readonly warnings: readonly string[];
  /** True where workspace or repository differ: no other variable of the same build explains that. */
  readonly foreign: boolean;
}

/**
 * The token against the step's environment. A token that was carried here from another step differs in one of these,
 * and so does an environment that someone overrode. An unset variable says nothing: claims alone count afterwards.
 */
export function compareBuild(claims: Readonly<Record<string, string>>, build: AssertedBuild): Comparison {
  const faults: string[] = [];
  const warnings: string[] = [];
  const compare = (list: string[], names: readonly string[], [variable, value]: Variable, same: Same): void => {
    const got = names.filter((name) => claims[name]);
    if (!value || got.length === 0 || got.some((name) => same(String(claims[name]), value))) return;
    const told = got.map((name) => `claim ${name} is ${show(claims[name])}`).join(', ');
    list.push(`${told}; variable BITBUCKET_${variable} is ${show(value)}`);
  };
  const environment = build.deploymentEnvironmentUuid;
  compare(faults, ['workspaceUuid'], ['WORKSPACE_UUID (or _REPO_OWNER_UUID)', build.workspaceUuid], sameUuid);
  compare(faults, ['repositoryUuid'], ['REPO_UUID', build.repositoryUuid], sameUuid);
  const foreign = faults.length > 0;
  compare(faults, ['stepUuid'], ['STEP_UUID', build.stepUuid], sameUuid);
  compare(faults, ['pipelineUuid', 'pipelineRunUuid'], ['PIPELINE_UUID', build.pipelineUuid], sameUuid);
  compare(faults, ['deploymentEnvironmentUuid'], ['DEPLOYMENT_ENVIRONMENT_UUID', environment], sameUuid);
  compare(warnings, ['deploymentEnvironment'], ['DEPLOYMENT_ENVIRONMENT', build.deploymentEnvironment], sameSlug);
  // On tags and pull requests BITBUCKET_BRANCH is absent, or not what the token says.
  const branchCounts = !build.tag && !build.pullRequestId;
  compare(branchCounts ? faults : warnings, ['branchName'], ['BRANCH', build.branch], Object.is);
  if (!claims['deploymentEnvironmentUuid'] !== !environment) {
    const [there, absent] = environment ? ['variable', 'claim'] : ['claim', 'variable'];
    warnings.push(`deployment environment: the ${there} is there, the ${absent} is not; the claim alone counts`);
  }
  return { faults, warnings, foreign };
}

type Variable = readonly [name: string, value: string | undefined];
type Same = (claim: string, value: string) => boolean;

/** The claim holds the environment's name, the variable its slug. */
function sameSlug(claim: string, value: string): boolean {
  const [a, b] = [claim, value].map((name) => name.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '-'));
  return a === b;
}
