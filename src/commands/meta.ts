import type { Manifest } from '../deploy/types.ts';
import { sha256Hex } from '../digest.ts';
import type { VerifiedIdentity } from '../identity/types.ts';
import { signLink, toMetaDigest, verifyLink, type SignedRecord } from '../record/index.ts';
import type { Signer } from '../signing/types.ts';
import { nameTarget } from '../variables/index.ts';
import { baseName } from './homes.ts';
import type { Run } from './run.ts';

/** At most nine keys of ours, each value at most 64 characters: what Vercel's `meta` is known to take. */
export const META_KEY = 'oidcDeployKey';
export const META_INTENT = 'oidcDeployIntent';
export const META_RECORD = 'oidcDeployRecord';
export const META_BUILD = 'oidcDeployBuild';
export const META_PIPELINE = 'oidcDeployPipeline';
/** Of a pull request's build alone. */
const META_PULL_REQUEST = 'oidcDeployPr';
const META_PROOF = ['oidcDeployProof1', 'oidcDeployProof2'] as const;

export type Meta = Readonly<Record<string, string>>;

const PULL_REQUEST = /^[1-9]\d{0,8}$/;
const UTC_LENGTH = '20261124T020000Z'.length;
const RECORD = /^(\d{8}T\d{6}Z)-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** The record's id, and before it what else its file's name begins with: enough to find it in a store. */
function nameRecord(run: Run): string {
  return `${baseName(run).slice(0, UTC_LENGTH)}-${run.recordId}`;
}

/** The record's id in what `meta` names; undefined for anything else. */
export function readRecordId(named: string | undefined): string | undefined {
  return RECORD.exec(named ?? '')?.[2];
}

/** The base of that record's file names, for the project and target of this run; undefined for anything else. */
export function baseNameOf(run: Run, named: string | undefined): string | undefined {
  const [, utc, recordId] = RECORD.exec(named ?? '') ?? [];
  if (utc === undefined || recordId === undefined) return undefined;
  return `${utc}${baseName({ ...run, recordId }).slice(UTC_LENGTH)}`;
}

/** Number of the pull request that a deployment was built for, as its `meta` says. */
export function readPullRequest(meta: Meta): number | undefined {
  const text = meta[META_PULL_REQUEST] ?? '';
  return PULL_REQUEST.test(text) ? Number(text) : undefined;
}

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
  const { buildNumber = '', stepRunNumber = '1', pullRequestId } = config.build;
  const link = { key, intentDigest: intent.payloadDigest, recordId };
  const [first, second] = await signLink(link, signer);
  const { environmentMetadata } = intent.statement.predicate;
  // The digest of a part would look like a change to whoever reads the whole.
  const isWhole = environmentMetadata && environmentMetadata.refusal === undefined;
  const environment = isWhole ? toMetaDigest(environmentMetadata.digest.sha256) : '';
  return {
    ...config.meta,
    [META_RECORD]: nameRecord(run),
    [META_INTENT]: intent.payloadDigest,
    [META_KEY]: key,
    [META_PROOF[0]]: first,
    [META_PROOF[1]]: second,
    [META_PIPELINE]: identity.pipelineUuid,
    oidcDeployStep: identity.stepUuid,
    // Build and run of the step: Bitbucket keeps the first when a step is run again, and counts the second.
    [META_BUILD]: [buildNumber.slice(0, 12), stepRunNumber.slice(0, 6), environment].join('/'),
    ...(pullRequestId !== undefined && PULL_REQUEST.test(pullRequestId) ? { [META_PULL_REQUEST]: pullRequestId } : {}),
  };
}

/** Whether a deployment's `meta` was signed with this signer's key. */
export function isSignedMeta(meta: Meta, signer: Signer): boolean {
  const { [META_KEY]: key = '', [META_INTENT]: intentDigest = '' } = meta;
  const recordId = readRecordId(meta[META_RECORD]) ?? '';
  const proof = META_PROOF.map((name) => meta[name] ?? '').join('');
  return verifyLink({ key, intentDigest, recordId }, proof, signer.publicKeyPem);
}
