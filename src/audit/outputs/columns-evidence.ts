import type { Cell, Column, ColumnType } from './columns.ts';
import type { Row } from '../types.ts';

type Part = 'deployment' | 'event' | 'record' | 'build' | 'review' | 'exception';
type Plain<P extends Part> = readonly [
  name: string,
  type: ColumnType,
  member: keyof NonNullable<Row[P]>,
  meaning: string,
];

const DEPLOYMENT: readonly Plain<'deployment'>[] = [
  ['deployment_id', 'text', 'id', 'Of the deployment that it is about.'],
  ['deployment_url', 'text', 'url', 'Its own address.'],
  ['deployment_inspector_url', 'text', 'inspectorUrl', 'Its page on Vercel.'],
  ['deployment_source', 'text', 'source', "How it came to Vercel, by Vercel's word: `cli`, `git`, `redeploy`, …"],
  ['deployment_state', 'text', 'readyState', '`READY`, `ERROR`, …'],
  ['deployment_ready_at', 'time', 'readyAt', 'When it was ready.'],
  ['deployment_creator_type', 'text', 'creatorType', '`app` for a token that an OIDC exchange gave.'],
  ['deployment_creator', 'text', 'creator', "Its creator, by Vercel's word."],
  ['deployment_deleted', 'boolean', 'deleted', 'True where the list shows it no more.'],
];

const EVENT: readonly Plain<'event'>[] = [
  ['event_id', 'text', 'id', "Of Vercel's event history."],
  ['event_type', 'text', 'type', "By Vercel's name."],
  ['event_at', 'time', 'at', 'When it happened.'],
  ['event_principal_id', 'text', 'principalId', "Who did it, by Vercel's id."],
  ['event_principal', 'text', 'principal', 'Who did it, by name.'],
  ['event_token_id', 'text', 'tokenId', "Vercel's id of the token that it was done with."],
  ['event_request_id', 'text', 'requestId', "Vercel's id of the request."],
  ['event_policy_id', 'text', 'policyId', 'The Vercel OIDC policy that the token was got by.'],
  ['event_alias', 'text', 'alias', 'The domain of an alias.'],
];

const RECORD: readonly Plain<'record'>[] = [
  ['record_file', 'text', 'file', "The record's file."],
  ['record_digest', 'text', 'digest', 'SHA-256 of its bytes, hex.'],
  ['record_id', 'text', 'recordId', 'The run that wrote it.'],
  ['record_action', 'text', 'action', '`deploy`, `promote`, `rollback`, …'],
  ['record_outcome', 'text', 'outcome', 'How the run ended, by the record.'],
  [
    'record_assurance',
    'text',
    'assurance',
    'What its signature is worth: `managed-key`, `timed`, `held-token` or `static-key`.',
  ],
  ['record_key_id', 'text', 'keyId', 'The key that signed it.'],
  ['record_timed_by', 'text', 'timedBy', 'Whose clock timed a keyless one: `timestamp` or `vercel`.'],
  ['record_policy_digest', 'text', 'policyDigest', 'SHA-256 of the policy that decided, hex.'],
  ['record_grant', 'text', 'grant', 'The grant of that policy.'],
  ['record_pipe_version', 'text', 'pipeVersion', "The pipe's version."],
  ['record_started_at', 'time', 'startedAt', "When the run began, by the step's clock."],
  ['record_deployed_at', 'time', 'deployedAt', "When the deployment was done, by the step's clock."],
];

const BUILD: readonly Plain<'build'>[] = [
  ['repository_uuid', 'text', 'repositoryUuid', "Bitbucket's, without braces."],
  ['repository', 'text', 'repository', '`workspace/slug`.'],
  ['pipeline_uuid', 'text', 'pipelineUuid', 'The pipeline that it came from.'],
  ['step_uuid', 'text', 'stepUuid', 'Its step.'],
  ['build_number', 'number', 'buildNumber', "The pipeline's number."],
  ['git_commit', 'text', 'commit', 'What was built, 40 hex digits.'],
  ['git_ref', 'text', 'ref', 'The branch or tag.'],
  ['build_trigger', 'text', 'trigger', 'What started the pipeline.'],
  ['build_creator', 'text', 'creator', 'Who started it.'],
  ['build_created_at', 'time', 'createdAt', 'When it was started.'],
  ['build_url', 'text', 'url', 'Its page on Bitbucket.'],
];

const REVIEW: readonly Plain<'review'>[] = [
  ['pull_request', 'number', 'pullRequest', 'Its number.'],
  ['pull_request_author', 'text', 'author', 'Who wrote it.'],
  ['pull_request_url', 'text', 'url', 'Its page on Bitbucket.'],
];

const EXCEPTION: readonly Plain<'exception'>[] = [
  ['exception_id', 'text', 'id', 'The signed exception that covers it.'],
  ['exception_reason', 'text', 'reason', 'Its reason.'],
  ['exception_approver', 'text', 'approver', 'Who approved it.'],
  ['exception_ticket', 'text', 'ticket', 'Its ticket.'],
  ['exception_expires', 'time', 'expires', 'When it ends.'],
];

const APPROVALS: readonly Column[] = [
  {
    ...{ name: 'approved_by', type: 'text', meaning: 'Who approved it, with `; ` between them.' },
    of: ({ review }) =>
      review === undefined || review.approvedBy.length === 0 ? undefined : review.approvedBy.join('; '),
  },
  {
    ...{ name: 'approvals', type: 'number', meaning: 'How many did.' },
    of: ({ review }) => review?.approvedBy.length,
  },
];

/** What the row was joined with. */
export const EVIDENCE: readonly Column[] = [
  ...read('deployment', DEPLOYMENT),
  ...read('event', EVENT),
  ...read('record', RECORD),
  ...read('build', BUILD),
  ...read('review', REVIEW),
  ...APPROVALS,
  ...read('exception', EXCEPTION),
];

function read<P extends Part>(part: P, columns: readonly Plain<P>[]): readonly Column[] {
  return columns.map(([name, type, member, meaning]) => {
    return { name, type, meaning, of: (row) => (row[part] as NonNullable<Row[P]> | undefined)?.[member] as Cell };
  });
}
