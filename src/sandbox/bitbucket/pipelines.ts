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

/** Bitbucket's REST API as far as a pipe asks it of pipelines: one of them, for who has an access token. */
export function pipelineRoute({ baseUrl, step, access, overrides }: PipelineDeps): Route {
  return {
    method: 'GET',
    origins: [new URL(baseUrl).origin],
    path: '/2.0/repositories/:workspace/:repository/pipelines/:pipeline',
    query: [],
    handle: (call) => {
      access.check(call, SCOPE);
      checkPipeline(call, step);
      return json(200, { ...describePipeline(step), ...overrides });
    },
  };
}

/** UUIDs stand in braces, or they are taken for slugs. */
function checkPipeline({ params: { pipeline = '' } }: Call, step: StepFacts): void {
  if (!/^\{[^{}]+\}$/.test(pipeline)) throw bitbucketRefusal(400, 'Unexpected response body');
  if (pipeline !== step.pipelineUuid) throw bitbucketRefusal(404, `Pipeline ${pipeline} not found`);
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
