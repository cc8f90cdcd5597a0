import { loosely } from '../../fields.ts';
import type {
  Row,
  RowBuild,
  RowDeployment,
  RowEvent,
  RowRecord,
  SeenDeployment,
  SeenEvent,
  SeenPipeline,
  SeenRecord,
} from '../types.ts';
import { CLASSES } from '../classes.ts';
import { utc, word } from './say.ts';
import type { World } from './types.ts';

/** Enough to find it, where another row tells of it. */
export function nameDeployment({ id, url }: { id: string; url?: string }, readyState: string): RowDeployment {
  return loosely<RowDeployment>({ id, url, readyState });
}

export function toRowEvent(event: SeenEvent, world: World): RowEvent {
  const { id, type, at, principalId, principalName, tokenId, requestId, alias } = event;
  const policyId = event.policyId ?? (tokenId === undefined ? undefined : world.policyOfToken(tokenId));
  return loosely<RowEvent>({
    ...{ id, type, at },
    principalId,
    principal: principalName,
    tokenId,
    requestId,
    policyId,
    alias,
  });
}

export function toRowRecord({ file, digest, verdict, facts }: SeenRecord, timedBy?: RowRecord['timedBy']): RowRecord {
  const { recordId, action, outcome, policyDigest, grant, pipeVersion, startedAt, deployedAt } = facts;
  const verified = verdict.state === 'verified' ? verdict : undefined;
  return loosely<RowRecord>({
    ...{ file, digest, recordId, action, outcome },
    assurance: verified?.assurance,
    keyId: verified?.keyId,
    ...{ timedBy, policyDigest, grant, pipeVersion, startedAt, deployedAt },
  });
}

/** A record's build, with what Bitbucket says of its pipeline; without a record what Bitbucket says alone. */
export function toRowBuild(record: SeenRecord | undefined, pipeline: SeenPipeline | undefined): RowBuild | undefined {
  const { facts } = record ?? {};
  const pipelineUuid = facts?.pipelineUuid ?? pipeline?.uuid;
  const repositoryUuid = pipeline?.repositoryUuid ?? facts?.repositoryUuid;
  if (pipelineUuid === undefined || repositoryUuid === undefined) return undefined;
  return loosely<RowBuild>({
    repositoryUuid,
    repository: facts?.repository,
    pipelineUuid,
    stepUuid: facts?.stepUuid,
    buildNumber: pipeline?.buildNumber,
    commit: pipeline?.commit,
    ref: pipeline?.ref,
    trigger: pipeline?.trigger,
    creator: pipeline?.creatorName ?? pipeline?.creatorId,
    createdAt: pipeline?.createdAt,
    url: facts?.runUrl,
  });
}

/** Name and id of one and the same. Bitbucket's word before Vercel's: the pipe's deployments are all by one app. */
export function personOf(
  pipeline: SeenPipeline | undefined,
  deployment: SeenDeployment | undefined,
  event: SeenEvent | undefined,
): Pick<Row, 'person' | 'personId'> {
  return (
    namePerson(pipeline?.creatorName, pipeline?.creatorId) ??
    (deployment?.creatorName === undefined ? undefined : namePerson(deployment.creatorName, deployment.creatorId)) ??
    (event?.principalName === undefined ? undefined : namePerson(event.principalName, event.principalId)) ??
    namePerson(undefined, deployment?.creatorId ?? event?.principalId) ??
    {}
  );
}

function namePerson(name: string | undefined, id: string | undefined): Pick<Row, 'person' | 'personId'> | undefined {
  const person = name ?? id;
  return person === undefined ? undefined : loosely<Pick<Row, 'person' | 'personId'>>({ person, personId: id });
}

/** A signed exception covers a finding until it expires; never what someone may be lying about, or what was not seen. */
export function applyException(row: Row, world: World): Row {
  if (CLASSES[row.class].weight !== 'finding') return row;
  const exception = world.exceptionFor(row);
  if (!exception) return row;
  if (exception.expires > world.auditedAt) return { ...row, class: 'EXCEPTION', instead: row.class, exception };
  const reason = `Exception ${word(exception.id)} covered it until it expired at ${utc(exception.expires)}.`;
  return { ...row, reasons: [...row.reasons, reason] };
}
