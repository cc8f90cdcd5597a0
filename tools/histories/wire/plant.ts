import type { PlantedDeployment, Principal, Sandbox, SandboxOptions } from '../../../src/sandbox/index.ts';
import type { SeenDeployment, SeenEvent, SeenPipeline, SeenReview } from '../../../src/audit/types.ts';
import type { History } from '../types.ts';
import { eventPayload } from './payloads.ts';

const MINUTE_MS = 60_000;

/** A sandbox that a history can be planted in: its team, its projects without anything of their own, and its time. */
export function sandboxFor({
  scope,
  sites,
  workspaceUuid,
  now,
}: History): Pick<SandboxOptions, 'team' | 'projects' | 'now' | 'step'> {
  const projects = sites.map(({ projectId: id, projectName: name }) => ({
    id,
    name,
    hasProduction: false,
    createdAt: 0,
  }));
  return {
    ...{ team: { id: scope.teamId }, projects, now: () => now },
    step: { workspace: 'acme', workspaceUuid: inBraces(workspaceUuid) },
  };
}

/** Plants what Vercel and Bitbucket know. Where records were written, plant the history that came of it. */
export function plantHistory(history: History, { vercel, bitbucket }: Pick<Sandbox, 'vercel' | 'bitbucket'>): void {
  for (const deployment of history.deployments) vercel.plantDeployment(toPlanted(deployment));
  for (const event of history.events) {
    const { id, type, at: createdAt, tokenId, requestId, projectId } = event;
    vercel.plantEvent({
      ...{ id, type, createdAt, principal: toPrincipal(event), payload: eventPayload(event) },
      ...(tokenId === undefined ? {} : { tokenId }),
      ...(requestId === undefined ? {} : { requestId }),
      ...(projectId === undefined ? {} : { projectId }),
    });
  }
  plantBuilds(history, bitbucket);
}

function toPlanted(deployment: SeenDeployment): PlantedDeployment {
  const { id, url = '', projectId, createdAt, readyAt, readyState, readySubstate, target, source, meta } = deployment;
  const { creatorType, creatorId, creatorName, errorCode, deleted } = deployment;
  const failed = readyState === 'ERROR';
  return {
    ...{ id, url: url.replace('https://', ''), projectId, createdAt, meta },
    target: target === 'preview' ? null : (target as 'production' | 'staging'),
    ...(readyAt === undefined ? {} : { readyAt }),
    ...(source === undefined ? {} : { source }),
    ...(readySubstate === undefined ? {} : { readySubstate: readySubstate as 'STAGED' | 'PROMOTED' }),
    creator: {
      type: creatorType as 'user' | 'app',
      uid: creatorId ?? 'usr_someone',
      ...(creatorName === undefined ? {} : { username: creatorName }),
    },
    ...(failed ? { plan: { outcome: 'ERROR' as const, errorCode } } : {}),
    ...(deleted === undefined ? {} : { deletion: { at: createdAt + 1, byRetention: deleted === 'retention' } }),
  };
}

function toPrincipal({
  principalId: id = 'usr_someone',
  principalType,
  principalName: name = id,
}: SeenEvent): Principal {
  if (principalType === 'system') return { type: 'system', id };
  if (principalType === 'app') return { type: 'app', id, clientId: id, name };
  return { type: 'user', id, username: name, email: `${id}@acme.example` };
}

function plantBuilds({ sites, pipelines, steps, reviews }: History, bitbucket: Sandbox['bitbucket']): void {
  const known = new Set<string>();
  const plantRepository = (uuid: string, slug: string): void => {
    if (known.has(uuid)) return;
    known.add(uuid);
    bitbucket.plantRepository({ uuid: inBraces(uuid), slug });
  };
  for (const { repositoryUuid, projectName } of sites) plantRepository(repositoryUuid, projectName);
  for (const answer of pipelines.values()) {
    if (!('found' in answer)) continue;
    const { found } = answer;
    plantRepository(found.repositoryUuid, `other-${String(known.size)}`);
    plantPipeline(found, bitbucket);
    const asked = steps.get(found.uuid);
    const place = { pipeline: inBraces(found.uuid), repository: inBraces(found.repositoryUuid) };
    for (const { uuid, ...times } of asked && 'found' in asked ? asked.found : []) {
      bitbucket.plantStep({ ...place, uuid: inBraces(uuid), ...times });
    }
  }
  const commits = Map.groupBy(reviews, ([key]) => key.split('/')[0] ?? '');
  const builds = new Map(
    [...pipelines.values()].flatMap((answer) => {
      if (!('found' in answer) || answer.found.commit === undefined) return [];
      return [[`${answer.found.repositoryUuid}/${answer.found.commit}`, answer.found] as const];
    }),
  );
  for (const [repository, asked] of commits) plantReviews(repository, asked, { bitbucket, builds });
}

function plantPipeline(pipeline: SeenPipeline, bitbucket: Sandbox['bitbucket']): void {
  const { uuid, repositoryUuid, buildNumber, commit, ref, trigger = 'push', creatorId, creatorName } = pipeline;
  const { createdAt, completedAt, pullRequest } = pipeline;
  bitbucket.plantPipeline({
    ...{ uuid: inBraces(uuid), repository: inBraces(repositoryUuid), trigger: trigger.toUpperCase() },
    ...(buildNumber === undefined ? {} : { buildNumber }),
    ...(commit === undefined ? {} : { commit }),
    ...(ref === undefined || pullRequest !== undefined ? {} : { ref: { type: 'branch' as const, name: ref } }),
    ...(pullRequest === undefined ? {} : { pullRequest }),
    creator: creatorId === undefined ? null : { uuid: inBraces(creatorId), displayName: creatorName ?? 'Nobody' },
    ...(createdAt === undefined ? {} : { createdAt }),
    ...(completedAt === undefined ? {} : { completedAt }),
  });
}

/** By commit alone: a number leads to the same pull request. */
function plantReviews(
  repository: string,
  asked: readonly (readonly [string, History['reviews'] extends ReadonlyMap<string, infer Answer> ? Answer : never])[],
  { bitbucket, builds }: { bitbucket: Sandbox['bitbucket']; builds: ReadonlyMap<string, SeenPipeline> },
): void {
  const commits = new Map<number, { readonly review: SeenReview; readonly commits: string[] }>();
  for (const [key, answer] of asked) {
    const commit = key.split('/')[1] ?? '';
    if (commit.length !== 40 || !('found' in answer)) continue;
    const known = commits.get(answer.found.pullRequest) ?? { review: answer.found, commits: [] };
    commits.set(answer.found.pullRequest, known);
    known.commits.push(commit);
  }
  const toUser = (name: string): { uuid: string; displayName: string } => ({
    uuid: inBraces(uuidOf(name)),
    displayName: name,
  });
  for (const { review, commits: hashes } of commits.values()) {
    const [commit = ''] = hashes;
    const build = builds.get(`${repository}/${commit}`);
    bitbucket.plantPullRequest({
      ...{ id: review.pullRequest, state: 'MERGED', repository: inBraces(repository) },
      // A pull request's own pipeline builds a commit of it; another builds what it was merged as.
      ...(build?.pullRequest === undefined ? { mergeCommit: commit } : { commits: hashes }),
      ...(build?.createdAt === undefined ? {} : { updatedAt: build.createdAt - MINUTE_MS }),
      author: review.author === undefined ? null : toUser(review.author),
      createdAt: review.createdAt,
      participants: review.approvals.map(({ by, at = null }) => ({ user: toUser(by), state: 'approved', at })),
    });
  }
}

function uuidOf(name: string): string {
  const hex = Buffer.from(name.padEnd(16, '-').slice(0, 16)).toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

function inBraces(uuid: string): string {
  return `{${uuid}}`;
}
