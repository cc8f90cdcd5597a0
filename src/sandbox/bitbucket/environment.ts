import { decodeJwt } from 'jose';
import type { StepFacts } from '../types.ts';

const CLONE_DIR = '/opt/atlassian/pipelines/agent/build';

/** What Bitbucket puts into a pipe's container. Ids come from the token's claims where it has them. */
export function stepEnvironment(
  step: StepFacts,
  token: string | undefined,
  overrides: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const claims = readClaims(token);
  const cloneDir = overrides['BITBUCKET_CLONE_DIR'] ?? CLONE_DIR;
  const storage = `${cloneDir}/.bitbucket/pipelines/generated/pipeline/pipes`;
  const claim = (name: string, fallback: string): string => {
    const value = claims[name];
    return typeof value === 'string' ? value : fallback;
  };
  const workspaceUuid = claim('workspaceUuid', step.workspaceUuid);
  const all: Record<string, string | undefined> = {
    CI: 'true',
    BITBUCKET_BUILD_NUMBER: String(step.buildNumber),
    BITBUCKET_CLONE_DIR: cloneDir,
    BITBUCKET_COMMIT: step.commit,
    BITBUCKET_WORKSPACE: step.workspace,
    BITBUCKET_WORKSPACE_UUID: workspaceUuid,
    BITBUCKET_REPO_SLUG: step.repositorySlug,
    BITBUCKET_REPO_UUID: claim('repositoryUuid', step.repositoryUuid),
    BITBUCKET_REPO_FULL_NAME: `${step.workspace}/${step.repositorySlug}`,
    BITBUCKET_REPO_OWNER: step.workspace,
    BITBUCKET_REPO_OWNER_UUID: workspaceUuid,
    BITBUCKET_REPO_IS_PRIVATE: 'true',
    BITBUCKET_BRANCH: claim('branchName', step.branch),
    BITBUCKET_GIT_HTTP_ORIGIN: `http://bitbucket.org/${step.workspace}/${step.repositorySlug}`,
    BITBUCKET_GIT_SSH_ORIGIN: `git@bitbucket.org:${step.workspace}/${step.repositorySlug}.git`,
    BITBUCKET_STEP_UUID: claim('stepUuid', step.stepUuid),
    BITBUCKET_PIPELINE_UUID: claim('pipelineUuid', claim('pipelineRunUuid', step.pipelineUuid)),
    BITBUCKET_STEP_RUN_NUMBER: String(step.stepRunNumber),
    BITBUCKET_PROJECT_KEY: step.projectKey,
    BITBUCKET_PROJECT_UUID: step.projectUuid,
    BITBUCKET_STEP_TRIGGERER_UUID: step.triggererUuid,
    BITBUCKET_DEPLOYMENT_ENVIRONMENT: step.environment && claim('deploymentEnvironment', step.environment.name),
    BITBUCKET_DEPLOYMENT_ENVIRONMENT_UUID:
      step.environment && claim('deploymentEnvironmentUuid', step.environment.uuid),
    BITBUCKET_STEP_OIDC_TOKEN: token,
    BITBUCKET_PIPE_STORAGE_DIR: `${storage}/docker/pipe`,
    BITBUCKET_PIPE_SHARED_STORAGE_DIR: storage,
    BITBUCKET_DOCKER_HOST_INTERNAL: 'host.docker.internal',
    DOCKER_HOST: 'tcp://host.docker.internal:2375',
    PIPELINES_JWT_TOKEN: 'internal-token-of-bitbucket-pipelines',
    ...overrides,
  };
  return Object.fromEntries(Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** A token that is broken on purpose has no claims, and the step's own ids stand. */
function readClaims(token: string | undefined): Readonly<Record<string, unknown>> {
  try {
    return token === undefined ? {} : decodeJwt(token);
  } catch {
    return {};
  }
}
