import type { Manifest } from '../deploy/types.ts';
import { sha256Hex } from '../digest.ts';
import type { VerifiedIdentity } from '../identity/types.ts';
import { signLink, verifyLink, type SignedRecord } from '../record/index.ts';
import type { Signer } from '../signing/types.ts';
import { nameTarget } from '../variables/index.ts';
import type { Run } from './run.ts';

/** At most eight keys of ours, each value at most 64 characters: what Vercel's `meta` is known to take. */
export const META_KEY = 'oidcDeployKey';
export const META_INTENT = 'oidcDeployIntent';
export const META_RECORD = 'oidcDeployRecord';
const META_PROOF = ['oidcDeployProof1', 'oidcDeployProof2'] as const;

export type Meta = Readonly<Record<string, string>>;

/** Names the work of one pipeline, whichever of its runs does it. */
export function deployKey({ config }: Run, identity: VerifiedIdentity, manifest: Manifest): string {
  const { workspaceUuid, repositoryUuid, pipelineUuid } = identity;
  const parts = [workspaceUuid, repositoryUuid, pipelineUuid, config.projectId, nameTarget(config.target)];
  return sha256Hex([...parts, manifest.digest].join('\n'));
}

/**
 * What Vercel keeps with the deployment: the user's own items, and ours under one prefix. Anyone who may deploy can
 * write the same, so this finds a deployment's record; only the proof, made with the record's key, shows that it is ours.
 */
export async function buildMeta(
  run: Run,
  identity: VerifiedIdentity,
  key: string,
  intent: SignedRecord,
  signer: Signer,
): Promise<Meta> {
  const { config, recordId } = run;
  const { buildNumber = '', stepRunNumber = '1' } = config.build;
  const link = { key, intentDigest: intent.payloadDigest, recordId };
  const [first, second] = await signLink(link, signer);
  return {
    ...config.meta,
    [META_RECORD]: recordId,
    [META_INTENT]: intent.payloadDigest,
    [META_KEY]: key,
    [META_PROOF[0]]: first,
    [META_PROOF[1]]: second,
    oidcDeployPipeline: identity.pipelineUuid,
    oidcDeployStep: identity.stepUuid,
    // Build and run of the step: Bitbucket keeps the first when a step is run again, and counts the second.
    oidcDeployBuild: `${buildNumber}/${stepRunNumber}`.slice(0, 64),
  };
}

/** Whether a deployment's `meta` was written by a run with this signer's key. */
export function isOwnMeta(meta: Meta, signer: Signer): boolean {
  const { [META_KEY]: key = '', [META_INTENT]: intentDigest = '', [META_RECORD]: recordId = '' } = meta;
  const proof = META_PROOF.map((name) => meta[name] ?? '').join('');
  return verifyLink({ key, intentDigest, recordId }, proof, signer.publicKeyPem);
}
