import type { StepFacts } from '../types.ts';
import { triggererOf, viewRepository, viewUser } from './pipeline-view.ts';
import type { Repository } from './repositories.ts';
import type { Participant, PlantedPullRequest } from './types.ts';

const SHORT_HASH = 12;
const USUAL_UPDATE = Date.UTC(2026, 10, 25, 9);
const HOUR_MS = 3_600_000;
const USUAL_LIFE_MS = 5 * 24 * HOUR_MS;

/** Milliseconds since 1970. */
export function updatedAtOf({ updatedAt = USUAL_UPDATE }: PlantedPullRequest): number {
  return updatedAt;
}

/** As the list of a commit's pull requests has it. */
export function nameOnly(id: number): object {
  return { type: 'pullrequest', id, title: `Change ${String(id)}`, links: {} };
}

/** As the list of a repository's has it: who took part is told by number, or where it is asked for. */
export function viewListed(planted: PlantedPullRequest, step: StepFacts, place: Repository): object {
  const { id, state, author = triggererOf(step), mergeCommit } = planted;
  const { createdAt = updatedAtOf(planted) - USUAL_LIFE_MS } = planted;
  const repository = viewRepository(step, place);
  return {
    ...nameOnly(id),
    state,
    author: author ? viewUser(author) : null,
    source: { branch: { name: `feature/${String(id)}` }, commit: { hash: 'abcdef012345' }, repository },
    destination: { branch: { name: 'main' }, commit: { hash: '012345abcdef' }, repository },
    merge_commit: mergeCommit === undefined ? null : { type: 'commit', hash: mergeCommit.slice(0, SHORT_HASH) },
    created_on: writeTime(createdAt),
    updated_on: writeTime(updatedAtOf(planted)),
  };
}

/** The members that only a pull request by number has of itself. */
export function viewPeople(planted: PlantedPullRequest): {
  readonly reviewers: readonly object[];
  readonly participants: readonly object[];
} {
  const { participants = [] } = planted;
  const usual = updatedAtOf(planted) - HOUR_MS;
  const reviewers = participants.filter(({ role = 'REVIEWER' }) => role === 'REVIEWER');
  return {
    reviewers: reviewers.map(({ user }) => viewUser(user)),
    participants: participants.map((one) => viewParticipant(one, usual)),
  };
}

function viewParticipant({ user, role = 'REVIEWER', state = null, at }: Participant, usual: number): object {
  const participatedAt = at === undefined && state !== null ? usual : at;
  return {
    type: 'participant',
    user: viewUser(user),
    role,
    approved: state === 'approved',
    state,
    participated_on: typeof participatedAt === 'number' ? writeTime(participatedAt) : null,
  };
}

function writeTime(at: number): string {
  return new Date(at).toISOString().replace(/Z$/, '000+00:00');
}
