import { createHash } from 'node:crypto';
import type { ActsOn, CleanupItem, RecordFacts } from '../../../src/record/types.ts';
import type { RecordLine } from '../../../src/audit/types.ts';
import type { VerifiedIdentity } from '../../../src/identity/types.ts';
import type { Signer } from '../../../src/signing/types.ts';
import { signToken, type HistoryKeys } from './keys.ts';

const EXCHANGE_AUDIENCE = 'https://vercel.com/api/login/oauth/token';

/** A step's token, and the identity that it proves. */
export interface Token {
  readonly text: string;
  readonly identity: VerifiedIdentity;
}

export function mintToken(line: RecordLine, issuer: HistoryKeys['issuer']): Token {
  const braced = (uuid: string): string => `{${uuid}}`;
  const { workspaceUuid, repositoryUuid, pipelineUuid, stepUuid, branch = 'main', environment } = line;
  const texts = {
    ...{ iss: issuer.url, sub: `${braced(repositoryUuid)}:${braced(stepUuid)}`, branchName: branch },
    ...{ workspaceUuid: braced(workspaceUuid), repositoryUuid: braced(repositoryUuid) },
    ...{ pipelineUuid: braced(pipelineUuid), stepUuid: braced(stepUuid) },
    ...(environment === undefined ? {} : { deploymentEnvironment: environment }),
  };
  const audience = [EXCHANGE_AUDIENCE, `ari:cloud:bitbucket::workspace/${workspaceUuid}`];
  const { tokenIssuedAt: issuedAt, tokenExpiresAt: expiresAt } = line;
  const text = signToken(issuer, { ...texts, aud: audience, iat: issuedAt / 1000, exp: expiresAt / 1000 });
  const identity = {
    ...{ issuer: issuer.url, issuerPinned: true, keyId: issuer.keyId, issuerKey: issuer.publicKey },
    ...{ keySource: 'fetched', audience, claims: texts, issuedAt, expiresAt, verifiedAt: line.startedAt },
    ...{ workspaceUuid: texts.workspaceUuid, repositoryUuid: texts.repositoryUuid, stepUuid: texts.stepUuid },
    ...{ pipelineUuid: texts.pipelineUuid, tokenDigest: sha256(text), warnings: [] },
  } as unknown as VerifiedIdentity;
  return { text, identity };
}

/** What a run would have known that left such a record. */
export function toFacts(line: RecordLine, signer: Signer, { identity }: Token): RecordFacts {
  const { recordId, phase, action, target, teamId, projectId, startedAt, signedAt, policyDigest, deployment } = line;
  const isDenied = line.outcome === 'denied';
  return {
    ...{ recordId, phase, target, teamId, projectId, startedAt, signedAt, identity, signer, policyDigest },
    action: action as RecordFacts['action'],
    intentDigest: line.intentDigest,
    outcome: line.outcome === undefined ? undefined : toOutcome(line.outcome),
    sandbox: line.sandbox === true || identity.issuer.startsWith('http://'),
    build: toBuild(line),
    pipeline: undefined,
    policySource: policyDigest === undefined ? undefined : { kind: 'clone', where: 'deploy-policy.yml' },
    grant: line.grant === undefined ? undefined : { id: line.grant, expiredPolicy: line.expiredPolicy === true },
    denial: isDenied ? { reason: 'No grant covers this.' } : undefined,
    ...toExchange(line),
    actsOn: line.actsOn === undefined ? undefined : ({ deploymentId: line.actsOn } satisfies ActsOn),
    cleanup: action === 'cleanup' ? (line.removed ?? []).map(toItem) : undefined,
    pulled: action === 'pull' ? { files: ['.vercel/project.json'] } : undefined,
    manifest:
      action === 'deploy' && !isDenied
        ? { digest: sha256(recordId), entries: [], functions: [], totalBytes: 7 }
        : undefined,
    ...{ context: undefined, upload: undefined, smoke: undefined },
    deployment: deployment && toDeployment(line, deployment),
    ending: deployment?.origin === undefined ? undefined : 'live',
    origin: toOrigin(deployment),
    producerVersion: line.pipeVersion,
    deployedAt: line.deployedAt,
  };
}

function toOutcome(status: string): NonNullable<RecordFacts['outcome']> {
  const known = status as NonNullable<RecordFacts['outcome']>['status'];
  if (known === 'failed') return { status: known, exitStatus: 1, code: 'DEPLOYMENT_FAILED', message: 'It failed.' };
  return { status: known, exitStatus: known === 'denied' ? 5 : 0 };
}

function toBuild(line: RecordLine): RecordFacts['build'] {
  const { repository, buildNumber, stepRunNumber, commit, branch } = line;
  return {
    workspace: 'acme',
    ...(repository === undefined ? {} : { repositoryFullName: repository }),
    ...(buildNumber === undefined ? {} : { buildNumber }),
    ...(stepRunNumber === undefined ? {} : { stepRunNumber }),
    ...(commit === undefined ? {} : { commit }),
    ...(branch === undefined ? {} : { branch }),
  };
}

function toExchange({
  hop,
  vercelPolicyId,
  projectId,
  projectName = '',
  teamId,
  tokenExpiresAt,
  recordId,
}: RecordLine): Pick<RecordFacts, 'credential' | 'exchanges'> {
  if (hop === undefined) return { credential: undefined, exchanges: [] };
  const project = { id: projectId, name: projectName, teamId, hasProductionDeployment: true };
  const credential = {
    ...{
      hop,
      expiresAt: tokenExpiresAt,
      clientId: hop === 'vercel' ? 'cl_HYyOPBNtFMfHhaUn9L4QPfTZz6TP47bp' : undefined,
    },
    project: { ...project, productionDeploymentId: undefined, rolledBack: false },
  } as NonNullable<RecordFacts['credential']>;
  const used = { service: 'api.vercel.com', subjectSha256: sha256('subject'), tokenSha256: sha256(recordId) };
  const exchange = { ...used, ...(vercelPolicyId === undefined ? {} : { policyId: vercelPolicyId }) };
  return { credential, exchanges: hop === 'vercel' ? [{ hop, ...exchange }] : [] };
}

function toItem(deploymentId: string): CleanupItem {
  const digest = { sha256: sha256(deploymentId) };
  const item = { deploymentId, recordId: '00000000-0000-4000-8000-000000000000', digest, readyState: 'READY' };
  return { ...item, act: 'remove', because: 'merged', outcome: 'done' };
}

function toDeployment(
  { projectId, teamId, target }: RecordLine,
  told: NonNullable<RecordLine['deployment']>,
): NonNullable<RecordFacts['deployment']> {
  return {
    ...{ id: told.id, url: told.url ?? '', inspectorUrl: undefined, projectId, teamId, target: told.target ?? target },
    ...{ readyState: told.readyAt === undefined ? 'ERROR' : 'READY', readySubstate: told.readySubstate },
    ...{ aliases: told.aliases, aliasAssigned: told.readyAt !== undefined, creatorType: 'app' },
    ...{ createdAt: told.createdAt, readyAt: told.readyAt, errorCode: undefined, errorMessage: undefined },
  };
}

function toOrigin(told: RecordLine['deployment']): RecordFacts['origin'] {
  if (told?.origin === undefined) return undefined;
  const kind = told.origin as NonNullable<RecordFacts['origin']>['kind'];
  return { kind, recordId: told.originRecordId, intentDigest: told.originIntentDigest };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
