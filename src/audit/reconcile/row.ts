import type {
  Row,
  RowBuild,
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

/** A member that is there, or none: what is not known is absent from a row. */
export function known<K extends string, T>(key: K, value: T | undefined): { [P in K]?: T } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]?: T });
}

export function toRowEvent(event: SeenEvent, world: World): RowEvent {
  const { id, type, at, principalId, principalName, tokenId, requestId, alias } = event;
  const policyId = event.policyId ?? (tokenId === undefined ? undefined : world.policyOfToken(tokenId));
  return {
    ...{ id, type, at },
    ...known('principalId', principalId),
    ...known('principal', principalName),
    ...known('tokenId', tokenId),
    ...known('requestId', requestId),
    ...known('policyId', policyId),
    ...known('alias', alias),
  };
}

export function toRowRecord({ file, digest, verdict, facts }: SeenRecord, timedBy?: RowRecord['timedBy']): RowRecord {
  const { recordId, action, outcome, policyDigest, grant, pipeVersion, startedAt, deployedAt } = facts;
  const verified = verdict.state === 'verified' ? verdict : undefined;
  return {
    ...{ file, digest, recordId, action, pipeVersion, startedAt },
    ...known('outcome', outcome),
    ...known('assurance', verified?.assurance),
    ...known('keyId', verified?.keyId),
    ...known('timedBy', timedBy),
    ...known('policyDigest', policyDigest),
    ...known('grant', grant),
    ...known('deployedAt', deployedAt),
  };
}

/** A record's build, with what Bitbucket says of its pipeline; without a record what Bitbucket says alone. */
export function toRowBuild(record: SeenRecord | undefined, pipeline: SeenPipeline | undefined): RowBuild | undefined {
  const { facts } = record ?? {};
  const pipelineUuid = facts?.pipelineUuid ?? pipeline?.uuid;
  const repositoryUuid = pipeline?.repositoryUuid ?? facts?.repositoryUuid;
  if (pipelineUuid === undefined || repositoryUuid === undefined) return undefined;
  return {
    ...{ repositoryUuid, pipelineUuid },
    ...known('repository', facts?.repository),
    ...known('stepUuid', facts?.stepUuid),
    ...known('buildNumber', pipeline?.buildNumber),
    ...known('commit', pipeline?.commit),
    ...known('ref', pipeline?.ref),
    ...known('trigger', pipeline?.trigger),
    ...known('creator', pipeline?.creatorName ?? pipeline?.creatorId),
    ...known('createdAt', pipeline?.createdAt),
    ...known('url', facts?.runUrl),
  };
}

/** Bitbucket's word before Vercel's: the pipe's deployments are all by one app. */
export function personOf(
  pipeline: SeenPipeline | undefined,
  deployment: SeenDeployment | undefined,
  event: SeenEvent | undefined,
): string | undefined {
  const ofVercel = deployment?.creatorName ?? event?.principalName ?? deployment?.creatorId ?? event?.principalId;
  return pipeline?.creatorName ?? pipeline?.creatorId ?? ofVercel;
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
