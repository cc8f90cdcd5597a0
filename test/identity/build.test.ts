import { describe, expect, it } from '@jest/globals';
import type { AssertedBuild } from '../../src/variables/types.ts';
import { BUILD, failure, mint, verify } from './support/issuer.ts';

const ENVIRONMENT = '{55555555-5555-4555-8555-555555555555}';
const OTHER = '{66666666-6666-4666-8666-666666666666}';

interface Case {
  readonly name: string;
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly build: AssertedBuild;
}

async function run({ claims = {}, build }: Case): Promise<unknown> {
  return verify({ token: await mint({ claims }), build: { ...BUILD, ...build } });
}

describe('the environment may differ from the token', () => {
  it.each<Case>([
    { name: 'not at all', build: {} },
    {
      name: 'in braces and case of UUIDs',
      build: {
        workspaceUuid: '11111111-1111-4111-8111-111111111111',
        deploymentEnvironmentUuid: 'ABCDEF00-0000-4000-8000-000000000000',
      },
      claims: { deploymentEnvironmentUuid: '{abcdef00-0000-4000-8000-000000000000}' },
    },
    {
      name: 'by having nothing set',
      build: { workspaceUuid: '', repositoryUuid: '', stepUuid: '', pipelineUuid: '', branch: '' },
    },
    {
      name: 'where pipelineRunUuid is the variable',
      build: { pipelineUuid: OTHER },
      claims: { pipelineRunUuid: OTHER },
    },
    {
      name: 'in the spelling of the environment',
      build: { deploymentEnvironment: 'production-eu' },
      claims: { deploymentEnvironment: 'Production EU' },
    },
    { name: 'by a branch that the token lacks', build: { branch: 'feature' }, claims: { branchName: undefined } },
  ])('$name', async (given) => {
    await expect(run(given)).resolves.toMatchObject({ warnings: [] });
  });

  it.each<Case & { text: string }>([
    {
      name: 'the environment by name',
      build: { deploymentEnvironment: 'staging' },
      claims: { deploymentEnvironment: 'Production' },
      text: 'claim deploymentEnvironment is "Production"; variable BITBUCKET_DEPLOYMENT_ENVIRONMENT is "staging"',
    },
    {
      name: 'an environment in the token alone',
      build: {},
      claims: { deploymentEnvironmentUuid: ENVIRONMENT },
      text: 'deployment environment: the claim is there, the variable is not; the claim alone counts',
    },
    {
      name: 'an environment in the variables alone',
      build: { deploymentEnvironmentUuid: ENVIRONMENT },
      text: 'deployment environment: the variable is there, the claim is not; the claim alone counts',
    },
    {
      name: 'the branch on a tag',
      build: { branch: 'other', tag: 'v1' },
      text: 'claim branchName is "main"; variable BITBUCKET_BRANCH is "other"',
    },
    {
      name: 'the branch on a pull request',
      build: { branch: 'other', pullRequestId: '7' },
      text: 'claim branchName is "main"; variable BITBUCKET_BRANCH is "other"',
    },
  ])('with a warning: $name', async ({ text, ...given }) => {
    await expect(run(given)).resolves.toMatchObject({ warnings: [text] });
  });
});

describe('the environment may not differ from the token', () => {
  it.each<Case & { text: string }>([
    {
      name: 'workspace',
      build: { workspaceUuid: OTHER },
      text: `claim workspaceUuid is "${String(BUILD.workspaceUuid)}"; variable BITBUCKET_WORKSPACE_UUID (or _REPO_OWNER_UUID) is "${OTHER}"`,
    },
    {
      name: 'repository',
      build: { repositoryUuid: OTHER },
      text: `claim repositoryUuid is "${String(BUILD.repositoryUuid)}"; variable BITBUCKET_REPO_UUID is "${OTHER}"`,
    },
    {
      name: 'step',
      build: { stepUuid: OTHER },
      text: `claim stepUuid is "${String(BUILD.stepUuid)}"; variable BITBUCKET_STEP_UUID is "${OTHER}"`,
    },
    { name: 'a step variable that is no UUID', build: { stepUuid: 'x' }, text: 'variable BITBUCKET_STEP_UUID is "x"' },
    { name: 'pipeline', build: { pipelineUuid: OTHER }, text: `variable BITBUCKET_PIPELINE_UUID is "${OTHER}"` },
    {
      name: 'both pipeline claims',
      build: { pipelineUuid: OTHER },
      claims: { pipelineRunUuid: ENVIRONMENT },
      text: `claim pipelineRunUuid is "${ENVIRONMENT}"; variable`,
    },
    {
      name: 'environment',
      build: { deploymentEnvironmentUuid: OTHER },
      claims: { deploymentEnvironmentUuid: ENVIRONMENT },
      text: `claim deploymentEnvironmentUuid is "${ENVIRONMENT}"; variable BITBUCKET_DEPLOYMENT_ENVIRONMENT_UUID is "${OTHER}"`,
    },
    {
      name: 'branch',
      build: { branch: 'Main' },
      text: 'claim branchName is "main"; variable BITBUCKET_BRANCH is "Main"',
    },
    { name: 'control characters in a variable', build: { branch: 'a\u001b[2Kb' }, text: '"a\\u001b[2Kb"' },
  ])('$name', async ({ text, ...given }) => {
    const error = await failure(run(given));
    expect(error).toMatchObject({ code: 'TOKEN_INVALID', exitStatus: 4, faults: [expect.stringContaining(text)] });
  });

  it('in several places, told at once', async () => {
    const error = await failure(run({ name: '', build: { stepUuid: OTHER, repositoryUuid: OTHER, branch: 'x' } }));
    expect(error).toMatchObject({ faults: { length: 3 } });
  });

  it.each([
    { name: 'repository', build: { repositoryUuid: OTHER } },
    { name: 'workspace', build: { workspaceUuid: OTHER, stepUuid: OTHER } },
  ])('in the $name: that is a fork, or a token that was carried', async ({ build }) => {
    const error = await failure(run({ name: '', build }));
    expect(error).toMatchObject({
      message: 'The OIDC token is from another repository than this build: a fork, or a token that was carried here.',
    });
  });

  it('in the step alone: that is another build', async () => {
    const error = await failure(run({ name: '', build: { stepUuid: OTHER } }));
    expect(error).toMatchObject({ message: 'The OIDC token and the environment name different builds.' });
  });
});
