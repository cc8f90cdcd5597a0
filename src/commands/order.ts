import type { DeployInput } from '../deploy/index.ts';
import type { CredentialKeeper } from '../exchange/index.ts';
import type { Credential } from '../exchange/types.ts';
import { nameTarget } from '../variables/index.ts';
import { buildMeta, deployKey, META_INTENT, META_KEY } from './meta.ts';
import { objectToMeta } from './own.ts';
import { isHeldBack } from './deploy-testing.ts';
import type { Inputs } from './prepare.ts';
import type { Run } from './run.ts';
import type { Story } from './story.ts';

/** The deployment to make, from everything that is known by now. */
export async function buildOrder(
  run: Run,
  story: Story,
  inputs: Inputs,
  credential: Credential,
  keeper: CredentialKeeper,
): Promise<DeployInput> {
  const { config, deadline } = run;
  const { intent, manifest, identity, signer } = story;
  if (!intent || !manifest || !identity || !signer) throw new Error('deploying without an intent');
  const key = deployKey(run, identity, manifest);
  const { project, principalId } = credential;
  return {
    credential,
    bearerOf: () => keeper.bearer(),
    target: config.target,
    settings: config.deploy,
    heldBack: isHeldBack(run, credential),
    gitMetadata: inputs.gitMetadata,
    meta: await buildMeta(run, identity, key, intent, signer),
    ownKey: META_INTENT,
    rerun: isRerun(run)
      ? {
          projectId: project.id,
          metaKey: META_KEY,
          metaValue: key,
          target: nameTarget(config.target),
          creatorId: principalId,
          productionDeploymentId: project.productionDeploymentId,
          objectToMeta: (meta) => objectToMeta(run, story, meta),
        }
      : undefined,
    // Not before the test has passed.
    aliases: config.after.smokePaths.length > 0 ? [] : inputs.aliases,
    manifest,
    tempDirs: config.tempDirs,
    deadlineAt: deadline.at(),
    onProgress: (deployment) => (story.deployment = deployment),
    onCreate: (isOpen) => (story.isCreateOpen = isOpen),
    onOrigin: (origin) => (story.origin = origin),
    onEnd: (deployed) => {
      story.deployed = deployed;
      story.deployedAt = run.platform.clock.now();
    },
  };
}

/** A first run has nothing to look for. */
function isRerun({ config }: Run): boolean {
  return Number(config.build.stepRunNumber ?? '1') > 1;
}
