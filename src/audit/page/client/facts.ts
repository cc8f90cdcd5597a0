import type { Row } from '../../types.ts';
import type { PageFacts } from '../format.ts';
import { timeText } from '../words.ts';
import { make } from './dom.ts';

type Fact = readonly [name: string, value: string | number | undefined];

/** Everything that is known of a row, in groups; what is not known is left out. */
export function listFacts(row: Row, { projects }: PageFacts): HTMLElement[] {
  return [
    ...writeGroup('What happened', rowFacts(row, projects[row.projectId])),
    ...writeGroup('On Vercel', deploymentFacts(row)),
    ...writeGroup('On Bitbucket', buildFacts(row)),
    ...writeGroup('Record', recordFacts(row)),
    ...writeGroup('Event', eventFacts(row)),
    ...writeGroup('Exception', exceptionFacts(row)),
  ];
}

function rowFacts(row: Row, project: string | undefined): readonly Fact[] {
  return [
    ['When', `${timeText(row.at)} UTC`],
    ['Who', whoText(row)],
    ['Project', pair(project, row.projectId)],
    ['Target', row.target],
    ['Production', row.production ? 'yes' : 'no'],
    ['Id', row.id],
  ];
}

function whoText({ person, personId }: Row): string {
  return (person === personId ? person : pair(person, personId)) ?? 'nobody is known';
}

function recordFacts({ record, at }: Row): readonly Fact[] {
  if (record === undefined) return [];
  return [
    ['File', record.file],
    ['SHA-256 of the file', record.digest],
    ['Record', record.recordId],
    ['Action', record.action],
    ['Outcome', record.outcome],
    ['Assurance', record.assurance],
    ['Key', record.keyId],
    ['Timed by', record.timedBy === 'vercel' ? "Vercel's clock" : record.timedBy],
    ['Policy (SHA-256)', record.policyDigest],
    ['Grant', record.grant],
    ['Pipe', record.pipeVersion],
    ['Run began', later(record.startedAt, at)],
    ['Deployed', later(record.deployedAt, at)],
  ];
}

function eventFacts({ event, at }: Row): readonly Fact[] {
  if (event === undefined) return [];
  return [
    ['Type', event.type],
    ['When', later(event.at, at)],
    ['Principal', pair(event.principal, event.principalId)],
    ['Token', event.tokenId],
    ["Token's OIDC policy", event.policyId],
    ['Request', event.requestId],
    ['Alias', event.alias],
    ['Event', event.id],
  ];
}

function exceptionFacts({ exception }: Row): readonly Fact[] {
  if (exception === undefined) return [];
  return [
    ['Exception', exception.id],
    ['Reason', exception.reason],
    ['Approver', exception.approver],
    ['Ticket', exception.ticket],
    ['Expires', `${timeText(exception.expires)} UTC`],
  ];
}

function deploymentFacts({ deployment, at }: Row): readonly Fact[] {
  if (deployment === undefined) return [];
  return [
    ['Deployment', deployment.id],
    ['Address', deployment.url],
    ['State', `${deployment.readyState}${deployment.deleted ? ', deleted since' : ''}`],
    ['Ready', later(deployment.readyAt, at)],
    ['Source', deployment.source],
    ['Creator', pair(deployment.creator, deployment.creatorType)],
  ];
}

function buildFacts({ build, review, at }: Row): readonly Fact[] {
  if (build === undefined) return [];
  return [
    ['Repository', pair(build.repository, build.repositoryUuid)],
    ['Build', build.buildNumber === undefined ? undefined : `#${String(build.buildNumber)}`],
    ['Commit', build.commit],
    ['Branch or tag', build.ref],
    ['Trigger', build.trigger],
    ['Started by', build.creator],
    ['Created', later(build.createdAt, at)],
    ['Pipeline', build.pipelineUuid],
    ['Step', build.stepUuid],
    [
      'Pull request',
      review && `#${String(review.pullRequest)}${review.author === undefined ? '' : ` by ${review.author}`}`,
    ],
    ['Approved by', review && (review.approvedBy.join(', ') || 'nobody')],
  ];
}

function writeGroup(title: string, facts: readonly Fact[]): HTMLElement[] {
  const known = facts.filter(([, value]) => value !== undefined && value !== '');
  if (known.length === 0) return [];
  return [
    make('h3', {}, title),
    make('dl', {}, ...known.flatMap(([name, value]) => [make('dt', {}, name), make('dd', {}, String(value))])),
  ];
}

function pair(name: string | undefined, id: string | undefined): string | undefined {
  if (name === undefined || id === undefined) return name ?? id;
  return `${name} (${id})`;
}

/** A time, and how far it is from the row's own. */
function later(at: number | undefined, than: number): string | undefined {
  if (at === undefined) return undefined;
  const seconds = ((at - than) / 1000).toFixed(1);
  return `${timeText(at)} UTC (${at >= than ? '+' : ''}${seconds} s)`;
}
