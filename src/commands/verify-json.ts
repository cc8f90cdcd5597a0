import type { Answer } from './verify-one.ts';
import type { Sum } from './verify-sum.ts';

/**
 * One record as a line of JSON, `schemas/verify-line.schema.json`. Lines, not one document: whoever reads ten thousand
 * of them need not hold them.
 */
export function writeJsonLine(answer: Answer): string {
  const { path, verdict, status, record, checks, missing, error } = answer;
  return toLine({
    type: 'record',
    version: '1',
    path,
    verdict,
    status,
    ...(record && describeRecord(record)),
    checks,
    missing,
    warnings: record?.warnings ?? [],
    ...(error && { error: describeError(error) }),
  });
}

/** The last line: the numbers, and the exit status. */
export function writeJsonSum({ records, verdicts, assurances, missing, status }: Sum): string {
  return toLine({ type: 'sum', version: '1', records, status, verdicts, assurances, missing });
}

function describeRecord(record: NonNullable<Answer['record']>): object {
  const { statement, payloadDigest, keyId, assurance, timestamp } = record;
  const { recordId, phase, action, outcome, vercel, policy, oidc, bitbucket, signer, ...times } = statement.predicate;
  const { deployment } = vercel;
  return {
    assurance,
    payloadDigest,
    keyId,
    signer: signer.mode,
    ...(timestamp && { timestamp: { at: new Date(timestamp.at).toISOString(), authority: timestamp.authority } }),
    recordId,
    phase,
    action,
    outcome: outcome?.status,
    repositoryUuid: oidc.claims['repositoryUuid'],
    stepUuid: oidc.claims['stepUuid'],
    commit: bitbucket.asserted.commit,
    grant: policy.grant,
    denial: policy.denial,
    teamId: vercel.teamId,
    projectId: vercel.projectId,
    target: vercel.target,
    ...(deployment && { deployment: { id: deployment.id, url: deployment.url } }),
    startedAt: times.startedAt,
    deployedAt: times.deployedAt,
    signedAt: times.signedAt,
  };
}

function describeError({ code, message, got, wanted, fix, faults }: NonNullable<Answer['error']>): object {
  return { code, message, got, wanted, fix, faults };
}

/** What is undefined is left out. */
function toLine(value: object): string {
  return `${JSON.stringify(value)}\n`;
}
