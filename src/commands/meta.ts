import type { Manifest } from '../deploy/types.ts';
import { sha256Hex } from '../digest.ts';
import type { VerifiedIdentity } from '../identity/types.ts';
import type { SignedRecord } from '../record/types.ts';
import { nameTarget } from '../variables/index.ts';
import type { Run } from './run.ts';

/**
 * What Vercel keeps with the deployment: the user's own items, and ours under one prefix. Anyone who may deploy can
 * write the same, so this finds a deployment's record; it proves nothing by itself.
 */
export function buildMeta(
  run: Run,
  identity: VerifiedIdentity,
  manifest: Manifest,
  intent: SignedRecord,
): Record<string, string> {
  const { config } = run;
  const target = nameTarget(config.target);
  const key = [
    identity.workspaceUuid,
    identity.repositoryUuid,
    identity.pipelineUuid,
    config.projectId,
    target,
    manifest.digest,
  ];
  return {
    ...config.meta,
    oidcDeployRecord: run.recordId,
    oidcDeployIntent: intent.payloadDigest,
    oidcDeployKey: sha256Hex(key.join('\n')),
    oidcDeployPipeline: identity.pipelineUuid,
    oidcDeployStep: identity.stepUuid,
  };
}
