import {
  findNewestCheckpoint,
  readCheckpoint,
  readExceptions,
  readPolicyList,
  type AuditedFile,
  type AuditInput,
  type Scope,
} from '../audit/index.ts';
import { fetchIssuerKeys } from '../bitbucket/index.ts';
import { sha256Hex } from '../digest.ts';
import { PipeError } from '../errors.ts';
import type { VerifiedIdentity } from '../identity/types.ts';
import { readTrust, toPublicPems, type ExpectedSigner } from '../record/index.ts';
import type { AuditAccess } from './audit-access.ts';
import type { AuditArguments } from './audit-options.ts';
import { readGiven } from './given-files.ts';
import { insideClone } from './opening.ts';
import type { Run } from './run.ts';
import { readTrustFiles } from './trust-files.ts';
import { findBelow } from './verify-find.ts';

const FILE = /\.json$/;

/**
 * Reads and verifies everything that an audit is made with: keys, the checkpoint before it, exceptions, policies.
 * @throws {PipeError} `USAGE`, `TRUST_MATERIAL_INVALID`, `SIGNATURE_INVALID`, each naming its file.
 */
export async function readAuditInputs(run: Run, options: AuditArguments, access: AuditAccess): Promise<AuditInput> {
  const { config, platform } = run;
  const { files, clock, log } = platform;
  const scope = toScope(run, options, access);
  const material = await readTrustFiles(files, options.trust);
  // What is wrong with a file is told before anybody is asked.
  readTrust(material);
  const issuerKeys = await joinIssuerKeys(run, material.issuerKeys, access.identity);
  // Whoever gives no keys of issuers believes no keyless record: any step of the workspace can make one.
  const trustMaterial = { ...material, issuerKeys: material.issuerKeys && issuerKeys };
  const trust = readTrust(trustMaterial);
  const signer = expectedSigner(options, access.identity);
  const own = await readOwnKeys(run, options, access);
  const statement = { files, trust: readTrust({ publicKey: own.believed, issuerKeys }), signer, now: clock.now() };
  const { path, gap } = await findCheckpoint(run, options, { scope, signs: access.signer !== undefined });
  const previous = path === undefined ? undefined : await readCheckpoint({ ...statement, path, scope });
  if (!previous)
    log.warn(gap ?? 'There is no checkpoint before this audit: a record that was removed cannot be missed yet.');
  const { exceptions, policies } = options;
  return {
    scope,
    recordFolders: options.records,
    findRecords: (folder) => findBelow(files, folder),
    ...{ trust, trustMaterial, previous, allowSandbox: options.allowSandbox, acceptRemoved: options.acceptRemoved },
    exceptions: exceptions === undefined ? undefined : await readExceptions({ ...statement, path: exceptions }),
    policies: policies === undefined ? undefined : readPolicyList(await readGiven(files, policies)),
    repositories: options.repositories.map((named) => ({
      ...named,
      issuer: access.identity?.issuer ?? config.issuer ?? config.bitbucketApiUrl,
    })),
    ownProject: config.projectId,
    findUncovered: access.identity && ((ids) => access.findUncovered(ids)),
    ...{
      gaps: [],
      recordGaps: listOf(gap),
      failOn: options.failOn,
      out: options.out,
      fresh: options.fresh,
      issuerKeys,
    },
    configuration: await describeFiles(run, options, path),
    pack: options.pack ? toPack(options, own, path) : undefined,
  };
}

function toScope({ config }: Run, { projects, since, until }: AuditArguments, access: AuditAccess): Scope {
  const projectIds = projects === 'all' ? [] : projects.length > 0 ? projects : [config.projectId];
  const uncovered = access.findUncovered(projectIds);
  if (uncovered.length === 0) return { teamId: config.teamId, projectIds: [...projectIds].sort(), since, until };
  throw new PipeError({
    code: 'DENIED_BY_POLICY',
    message: 'The grant that lets this step audit does not list all projects that it is asked to look into.',
    got: uncovered.join(', '),
    wanted: 'projects of that grant, under allow',
    fix: 'Add them to the grant, or name fewer with --projects.',
  });
}

interface OwnKeys {
  /** What checkpoints and exceptions are checked with; undefined where only keyless ones can be. */
  readonly believed: string | undefined;
  /** What this audit signs with. A keyless one's is for this once, and stands in what it has signed. */
  readonly signing: string | undefined;
}

/** The key of this audit, or keys that are named for it. A key that signs deployments must not excuse them. */
async function readOwnKeys(
  { platform: { files } }: Run,
  { auditKey }: AuditArguments,
  { signer }: AuditAccess,
): Promise<OwnKeys> {
  const signing = signer && !signer.binding ? signer.publicKeyPem : undefined;
  const believed = auditKey === undefined ? signing : new TextDecoder().decode(await readGiven(files, auditKey));
  return { believed, signing };
}

/** Steps like this one: any step of the workspace could sign a checkpoint otherwise. */
function expectedSigner(
  { auditor }: AuditArguments,
  identity: VerifiedIdentity | undefined,
): ExpectedSigner | undefined {
  if (auditor) return auditor;
  if (!identity) return undefined;
  const { workspaceUuid, repositoryUuid, claims } = identity;
  return { workspaceUuid, repositoryUuid, deploymentEnvironmentUuid: claims['deploymentEnvironmentUuid'] };
}

/** Where checkpoints were kept and none is now, somebody may have taken them away, or the path is a wrong one. */
async function findCheckpoint(
  { config, platform: { files } }: Run,
  { checkpoint }: AuditArguments,
  { scope, signs }: { readonly scope: Scope; readonly signs: boolean },
): Promise<{ readonly path?: string | undefined; readonly gap?: string }> {
  if (checkpoint === undefined) return {};
  const isFolder = (await files.lstat(`${checkpoint}/.`))?.kind === 'directory';
  // Git keeps no empty folder: a repository's first audit has none yet.
  const isFile = !isFolder && (FILE.test(checkpoint) || (await files.lstat(checkpoint)) !== undefined);
  const path = isFile ? checkpoint : isFolder && (await findNewestCheckpoint(files, checkpoint, scope));
  return path ? { path } : { gap: tellNoCheckpoint(insideClone(config, checkpoint), signs) };
}

function tellNoCheckpoint(folder: string, signs: boolean): string {
  const next = signs ? ': the next one goes on from the checkpoint that this one writes' : '';
  return `No checkpoint of this team and these projects is in ${folder}, so whether records have gone since an earlier audit is not known. On the very first audit leave --checkpoint away, or accept this status once${next}.`;
}

/**
 * Issuers change their keys, and tokens of the days before were signed by older ones: an archive only ever grows. The
 * issuer of this step is asked for those of today.
 */
async function joinIssuerKeys(
  { http, signal, platform: { log } }: Run,
  archive: string | undefined,
  identity: VerifiedIdentity | undefined,
): Promise<string | undefined> {
  if (!identity) return archive;
  const { issuer } = identity;
  const known = archive === undefined ? {} : (JSON.parse(archive) as Readonly<Record<string, unknown>>);
  // One set without a name is the issuer's own.
  const sets = Array.isArray(known['keys']) ? { [issuer]: known } : known;
  const own = (sets[issuer] as { keys?: readonly Key[] } | undefined)?.keys ?? [];
  const published = await fetchIssuerKeys(http, issuer, signal).catch((error: unknown) => {
    signal.throwIfAborted();
    if (!(error instanceof PipeError)) throw error;
    log.warn(`The issuer's keys of today were not added. ${error.message}`);
    return [identity.issuerKey];
  });
  const fresh = published.filter(({ kid, n }) => !own.some((key) => key.kid === kid && key.n === n));
  const added = fresh.map(({ kid, n, e }) => ({ kty: 'RSA', kid, use: 'sig', alg: 'RS256', n, e }));
  return `${JSON.stringify({ ...sets, [issuer]: { keys: [...own, ...added] } }, undefined, 2)}\n`;
}

interface Key {
  readonly kid?: unknown;
  readonly n?: unknown;
}

async function describeFiles(
  { platform: { files } }: Run,
  { trust, exceptions, policies }: AuditArguments,
  checkpoint: string | undefined,
): Promise<readonly AuditedFile[]> {
  const paths = [...Object.values(trust), exceptions, policies, checkpoint].filter((path) => path !== undefined);
  const described: AuditedFile[] = [];
  for (const path of paths) {
    described.push({ name: path.slice(path.lastIndexOf('/') + 1), digest: sha256Hex(await readGiven(files, path)) });
  }
  return described;
}

function toPack(
  { trust, exceptions, policies }: AuditArguments,
  { signing, believed }: OwnKeys,
  checkpoint: string | undefined,
): AuditInput['pack'] {
  const before = listOf(checkpoint).map((bundle) => ({ bundle, list: bundle.replace(/sigstore\.json$/, 'list') }));
  const auditKeys = [...new Set([...listOf(signing), ...listOf(believed)].flatMap(toPublicPems))];
  return { trust, auditKeys, checkpoints: before, exceptions: listOf(exceptions), policies: listOf(policies) };
}

function listOf(text: string | undefined): readonly string[] {
  return text === undefined ? [] : [text];
}
