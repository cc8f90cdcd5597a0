import type { Environment } from './decode.ts';
import type { AssertedBuild } from './types.ts';

/** Bitbucket's names for each fact; the first that is set counts (the second is its deprecated or newer spelling). */
const SOURCES: Readonly<Record<keyof AssertedBuild, readonly string[]>> = {
  workspace: ['BITBUCKET_WORKSPACE'],
  workspaceUuid: ['BITBUCKET_WORKSPACE_UUID', 'BITBUCKET_REPO_OWNER_UUID'],
  repositorySlug: ['BITBUCKET_REPO_SLUG'],
  repositoryFullName: ['BITBUCKET_REPO_FULL_NAME'],
  repositoryUuid: ['BITBUCKET_REPO_UUID'],
  pipelineUuid: ['BITBUCKET_PIPELINE_UUID'],
  stepUuid: ['BITBUCKET_STEP_UUID'],
  stepRunNumber: ['BITBUCKET_STEP_RUN_NUMBER'],
  buildNumber: ['BITBUCKET_BUILD_NUMBER'],
  commit: ['BITBUCKET_COMMIT'],
  branch: ['BITBUCKET_BRANCH'],
  tag: ['BITBUCKET_TAG'],
  pullRequestId: ['BITBUCKET_PR_ID'],
  deploymentEnvironment: ['BITBUCKET_DEPLOYMENT_ENVIRONMENT'],
  deploymentEnvironmentUuid: ['BITBUCKET_DEPLOYMENT_ENVIRONMENT_UUID'],
  stepTriggererUuid: ['BITBUCKET_STEP_TRIGGERER_UUID'],
};

/** Longer than any value that Bitbucket sets; what is longer was set by someone else, and is cut. */
const MAX_FACT_LENGTH = 1024;

/** The `BITBUCKET_*` values, as they stand. */
export function readBuildFacts(environment: Environment): AssertedBuild {
  const facts: Partial<Record<keyof AssertedBuild, string>> = {};
  for (const [fact, names] of Object.entries(SOURCES)) {
    const value = names.map((name) => environment[name]).find((text) => text !== undefined && text !== '');
    if (value !== undefined) facts[fact as keyof AssertedBuild] = value.slice(0, MAX_FACT_LENGTH);
  }
  return facts;
}
