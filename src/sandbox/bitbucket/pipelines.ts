import { bitbucketRefusal, json } from '../reply.ts';
import type { Call, Route } from '../router.ts';
import type { StepFacts } from '../types.ts';
import type { Access } from './access.ts';

const SCOPE = 'read:pipeline:bitbucket';

interface PipelineDeps {
  readonly baseUrl: string;
  readonly step: StepFacts;
  readonly access: Access;
  /** Members of the answer to put in another's place. */
  readonly overrides: Readonly<Record<string, unknown>>;
}

/** Another pipeline of the repository than the step's. */
export interface PlantedPipeline {
  /** In braces. */
  readonly uuid: string;
  /** Default: of a branch. */
  readonly pullRequest?: number;
  /** Default false: it has ended. */
  readonly running?: boolean;
}

/** Bitbucket's REST API as far as a pipe asks it of pipelines: one of them, for who has an access token. */
export function createPipelines({ baseUrl, step, access, overrides }: PipelineDeps): {
  readonly plant: (pipeline: PlantedPipeline) => void;
  readonly route: Route;
} {
  const planted = new Map<string, PlantedPipeline>();
  const route: Route = {
    method: 'GET',
    origins: [new URL(baseUrl).origin],
    path: '/2.0/repositories/:workspace/:repository/pipelines/:pipeline',
    query: [],
    handle: (call) => {
      access.check(call, SCOPE);
      const uuid = readUuid(call);
      const other = planted.get(uuid);
      if (other) return json(200, { ...describePipeline(step), ...describePlanted(other, step) });
      if (uuid !== step.pipelineUuid) throw bitbucketRefusal(404, `Pipeline ${uuid} not found`);
      return json(200, { ...describePipeline(step), ...overrides });
    },
  };
  return { plant: (pipeline) => void planted.set(pipeline.uuid, pipeline), route };
}

/** UUIDs stand in braces, or they are taken for slugs. */
function readUuid({ params: { pipeline = '' } }: Call): string {
  if (!/^\{[^{}]+\}$/.test(pipeline)) throw bitbucketRefusal(400, 'Unexpected response body');
  return pipeline;
}

function describePlanted({ uuid, pullRequest, running }: PlantedPipeline, step: StepFacts): object {
  const ended = { type: 'pipeline_state_completed', name: 'COMPLETED', result: { name: 'SUCCESSFUL' } };
  const request = {
    type: 'pipeline_pullrequest_target',
    source: `feature/${String(pullRequest)}`,
    destination: 'main',
    commit: { type: 'commit', hash: step.commit },
    pullrequest: { type: 'pullrequest', id: pullRequest },
    selector: { type: 'pull-requests', pattern: '**' },
  };
  return {
    uuid,
    build_number: step.buildNumber - 1,
    ...(running ? {} : { state: ended, completed_on: '2026-11-25T09:10:00.000Z' }),
    ...(pullRequest === undefined ? {} : { target: request }),
  };
}

/** A push to the step's branch by a person, while the step runs. */
function describePipeline(step: StepFacts): Record<string, unknown> {
  return {
    type: 'pipeline',
    uuid: step.pipelineUuid,
    build_number: step.buildNumber,
    run_number: 1,
    repository: {
      type: 'repository',
      uuid: step.repositoryUuid,
      full_name: `${step.workspace}/${step.repositorySlug}`,
      name: step.repositorySlug,
    },
    creator: {
      type: 'user',
      uuid: step.triggererUuid,
      account_id: '557058:0a1b2c3d',
      display_name: 'Ada Lovelace',
      nickname: 'ada',
    },
    trigger: { type: 'pipeline_trigger_push', name: 'PUSH' },
    target: {
      type: 'pipeline_ref_target',
      ref_type: 'branch',
      ref_name: step.branch,
      commit: { type: 'commit', hash: step.commit },
      selector: { type: 'branches', pattern: step.branch },
    },
    state: {
      type: 'pipeline_state_in_progress',
      name: 'IN_PROGRESS',
      stage: { type: 'pipeline_state_in_progress_running', name: 'RUNNING' },
    },
    created_on: '2026-11-25T09:00:00.000Z',
    completed_on: null,
    build_seconds_used: 0,
    configuration_sources: [{ source: 'bitbucket-pipelines.yml', uri: 'bitbucket-pipelines.yml' }],
    links: {},
  };
}
