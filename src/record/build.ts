import type { ExchangeAudit } from '../exchange/types.ts';
import { describeEnvironment, describePrevious } from './build-environment.ts';
import { describeBuild, describePipeline } from './build-pipeline.ts';
import { describeIdentity, describeSigner } from './build-signer.ts';
import { describeSmoke } from './build-smoke.ts';
import { dropSecrets } from './drop-secrets.ts';
import { present } from './present.ts';
import { listSubjects } from './subject.ts';
import { toServerTime, toTime } from './time.ts';
import {
  PREDICATE_TYPE,
  STATEMENT_TYPE,
  type Origin,
  type Predicate,
  type RecordedDeployment,
  type RecordedExchange,
  type RecordFacts,
  type Statement,
} from './types.ts';

const PRODUCER = 'vercel-oidc-deploy';

/**
 * The statement about one invocation. What the token proves and what the environment says stay apart.
 * @throws {RangeError} for a time of ours that is none; a server's is left out.
 */
export function buildStatement(facts: RecordFacts): Statement {
  const predicate = dropSecrets(buildPredicate(facts));
  return { _type: STATEMENT_TYPE, subject: listSubjects(predicate), predicateType: PREDICATE_TYPE, predicate };
}

function buildPredicate(facts: RecordFacts): Predicate {
  const { recordId, phase, action, intentDigest, outcome, sandbox, build, signer, producerVersion, context } = facts;
  return {
    recordVersion: '1',
    recordId,
    phase,
    ...present('intent', intentDigest === undefined ? undefined : { digest: { sha256: intentDigest } }),
    action,
    ...present('outcome', outcome),
    sandbox,
    oidc: describeIdentity(facts.identity),
    bitbucket: {
      asserted: describeBuild(build),
      ...present('pipeline', facts.pipeline && describePipeline(facts.pipeline)),
    },
    policy: describePolicy(facts),
    vercel: describeVercel(facts),
    ...present('manifest', describeManifest(facts.manifest)),
    ...present('environmentMetadata', context && describeEnvironment(context, facts.target)),
    ...present('previous', context && describePrevious(context)),
    ...present('smoke', facts.smoke && describeSmoke(facts.smoke)),
    producer: { name: PRODUCER, version: producerVersion },
    signer: describeSigner(signer),
    startedAt: toTime(facts.startedAt),
    ...present('deployedAt', facts.deployedAt === undefined ? undefined : toTime(facts.deployedAt)),
    signedAt: toTime(facts.signedAt),
  };
}

function describePolicy({ policyDigest, policySource, grant, denial }: RecordFacts): Predicate['policy'] {
  return {
    ...present('digest', policyDigest === undefined ? undefined : { sha256: policyDigest }),
    ...present('source', policySource && describeSource(policySource)),
    ...present('grant', grant?.id),
    ...present('expiredPolicy', grant?.expiredPolicy === true ? (true as const) : undefined),
    ...present('denial', denial?.reason),
  };
}

/** Field by field: what a source may hold besides does not get into the record by itself. */
function describeSource({
  kind,
  where,
  serial,
  signedBy,
}: NonNullable<RecordFacts['policySource']>): NonNullable<Predicate['policy']['source']> {
  return { kind, where, ...present('serial', serial), ...present('signedBy', signedBy) };
}

function describeVercel(facts: RecordFacts): Predicate['vercel'] {
  const { teamId, projectId, target, credential, exchanges, deployment, upload } = facts;
  return {
    teamId,
    projectId,
    ...present('projectName', credential?.project.name),
    target,
    ...present(
      'credential',
      credential && {
        hop: credential.hop,
        ...present('expiresAt', toServerTime(credential.expiresAt)),
        ...present('clientId', credential.clientId),
      },
    ),
    ...present('exchanges', exchanges.length > 0 ? exchanges.map(describeExchange) : undefined),
    ...present('actsOn', facts.actsOn),
    ...present('cleanup', facts.cleanup),
    ...present('pulled', facts.pulled),
    ...present('deployment', deployment && describeDeployment(deployment, facts)),
    ...present('upload', upload),
  };
}

function describeExchange({ expiresAt, ...audit }: ExchangeAudit): RecordedExchange {
  return { ...audit, ...present('expiresAt', toServerTime(expiresAt)) };
}

function describeDeployment(
  deployment: NonNullable<RecordFacts['deployment']>,
  { ending, origin }: Pick<RecordFacts, 'ending' | 'origin'>,
): RecordedDeployment {
  return {
    id: deployment.id,
    url: deployment.url,
    ...present('inspectorUrl', deployment.inspectorUrl),
    target: deployment.target,
    readyState: deployment.readyState,
    ...present('readySubstate', deployment.readySubstate),
    aliasAssigned: deployment.aliasAssigned,
    aliases: deployment.aliases,
    ...present('creatorType', deployment.creatorType),
    ...present('createdAt', toServerTime(deployment.createdAt)),
    ...present('readyAt', toServerTime(deployment.readyAt)),
    ...present('ending', ending),
    ...present('origin', origin && describeOrigin(origin)),
  };
}

function describeOrigin({ kind, recordId, intentDigest }: Origin): RecordedDeployment['origin'] {
  return {
    kind,
    ...present('recordId', recordId),
    ...present('intentDigest', intentDigest === undefined ? undefined : { sha256: intentDigest }),
  };
}

function describeManifest(manifest: RecordFacts['manifest']): Predicate['manifest'] {
  if (!manifest) return undefined;
  return {
    digest: { sha256: manifest.digest },
    files: manifest.entries.filter(({ kind }) => kind !== 'directory').length,
    bytes: manifest.totalBytes,
    functions: manifest.functions.map(({ name, runtime, edge, size }) => ({
      name,
      runtime,
      edge,
      ...present('size', size),
    })),
  };
}
