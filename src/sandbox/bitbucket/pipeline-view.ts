import type { StepFacts } from '../types.ts';
import type { StoredPipeline } from './repositories.ts';
import type { BitbucketUser, PlantedPipeline, PlantedRepository, PlantedStep } from './types.ts';

const USUAL_LENGTH_MS = 600_000;
const OWN_FILE = [{ source: 'bitbucket-pipelines.yml', uri: 'bitbucket-pipelines.yml' }];

/** Who triggered the step. */
export function triggererOf({ triggererUuid: uuid }: StepFacts): BitbucketUser {
  return { uuid, displayName: 'Ada Lovelace' };
}

export function viewUser({ uuid, displayName, type = 'user' }: BitbucketUser): object {
  const nickname = displayName.toLowerCase().split(' ')[0];
  return { type, uuid, account_id: '557058:0a1b2c3d', display_name: displayName, nickname };
}

export function viewRepository({ workspace }: StepFacts, { uuid, slug }: PlantedRepository): object {
  return { type: 'repository', uuid, full_name: `${workspace}/${slug}`, name: slug };
}

/** Where nothing is said, a push to the step's branch by a person that has gone well. */
export function viewPipeline(
  step: StepFacts,
  repository: PlantedRepository,
  { planted, createdAt }: StoredPipeline,
): Record<string, unknown> {
  const { trigger = 'PUSH', creator = triggererOf(step), running = false } = planted;
  return {
    type: 'pipeline',
    uuid: planted.uuid,
    build_number: planted.buildNumber ?? step.buildNumber - 1,
    run_number: 1,
    repository: viewRepository(step, repository),
    creator: creator ? viewUser(creator) : null,
    trigger: { type: `pipeline_trigger_${trigger.toLowerCase()}`, name: trigger },
    target: viewTarget(step, planted),
    state: viewState('pipeline', running ? undefined : (planted.result ?? 'SUCCESSFUL')),
    created_on: iso(createdAt),
    completed_on: running ? null : iso(planted.completedAt ?? createdAt + USUAL_LENGTH_MS),
    build_seconds_used: 0,
    configuration_sources: planted.configuration ?? OWN_FILE,
    links: {},
  };
}

function viewTarget(step: StepFacts, { commit: hash = step.commit, pullRequest, ref }: PlantedPipeline): object {
  const commit = { type: 'commit', hash };
  if (pullRequest !== undefined) {
    return {
      type: 'pipeline_pullrequest_target',
      source: `feature/${String(pullRequest)}`,
      destination: 'main',
      commit,
      pullrequest: { type: 'pullrequest', id: pullRequest },
      selector: { type: 'pull-requests', pattern: '**' },
    };
  }
  if (ref === null) return { type: 'pipeline_commit_target', commit, selector: { type: 'custom', pattern: 'release' } };
  const { type, name } = ref ?? { type: 'branch', name: step.branch };
  const selector = { type: type === 'tag' ? 'tags' : 'branches', pattern: name };
  return { type: 'pipeline_ref_target', ref_type: type, ref_name: name, commit, selector };
}

/** A step that has not started has no times. */
export function viewStep({ uuid, name = 'Deploy', startedAt, completedAt, result }: PlantedStep): object {
  const state =
    startedAt === undefined
      ? { type: 'pipeline_step_state_pending', name: 'PENDING' }
      : viewState('pipeline_step', completedAt === undefined ? undefined : (result ?? 'SUCCESSFUL'));
  return {
    type: 'pipeline_step',
    ...{ uuid, name, state },
    ...(startedAt === undefined ? {} : { started_on: iso(startedAt) }),
    ...(completedAt === undefined ? {} : { completed_on: iso(completedAt) }),
    setup_commands: [],
    script_commands: [],
  };
}

/** Without a result it is running. */
function viewState(kind: 'pipeline' | 'pipeline_step', result: string | undefined): object {
  if (result === undefined) {
    const type = `${kind}_state_in_progress`;
    return { type, name: 'IN_PROGRESS', stage: { type: `${type}_running`, name: 'RUNNING' } };
  }
  const type = `${kind}_state_completed`;
  return { type, name: 'COMPLETED', result: { type: `${type}_${result.toLowerCase()}`, name: result } };
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
