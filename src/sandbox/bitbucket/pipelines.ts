import { randomBytes } from 'node:crypto';
import { bitbucketRefusal, json, Refusal } from '../reply.ts';
import type { Call, Route } from '../router.ts';
import type { StepFacts } from '../types.ts';

const SCOPE = 'read:pipeline:bitbucket';

/** Bitbucket's REST API as far as a pipe asks it: one pipeline, for who has an access token. */
export interface BitbucketSandbox {
  /** An access token of the step's repository that may read pipelines. */
  readonly accessToken: string;
  /** One of the same repository, without that scope. */
  readonly weakAccessToken: string;
  /** One of another repository, with it. */
  readonly foreignAccessToken: string;
}

interface PipelineDeps {
  readonly baseUrl: string;
  readonly step: StepFacts;
  /** Members of the answer to put in another's place. */
  readonly overrides: Readonly<Record<string, unknown>>;
}

/** What a token may do: read pipelines or not, and in which repository. */
interface Access {
  readonly scopes: readonly string[];
  readonly own: boolean;
}

export function createPipelines({ baseUrl, step, overrides }: PipelineDeps): {
  readonly bitbucket: BitbucketSandbox;
  readonly routes: readonly Route[];
} {
  const makeToken = (): string => `ATCTT3xFfGN0${randomBytes(30).toString('base64url')}`;
  const bitbucket = {
    accessToken: makeToken(),
    weakAccessToken: makeToken(),
    foreignAccessToken: makeToken(),
  };
  const known = new Map<string, Access>([
    [bitbucket.accessToken, { scopes: [SCOPE], own: true }],
    [bitbucket.weakAccessToken, { scopes: ['read:repository:bitbucket'], own: true }],
    [bitbucket.foreignAccessToken, { scopes: [SCOPE], own: false }],
  ]);
  const route: Route = {
    method: 'GET',
    origins: [new URL(baseUrl).origin],
    path: '/2.0/repositories/:workspace/:repository/pipelines/:pipeline',
    query: [],
    handle: (call) => {
      checkAccess(call, known);
      checkPlace(call, step);
      return json(200, { ...describePipeline(step), ...overrides });
    },
  };
  return { bitbucket, routes: [route] };
}

/** First who asks, then what for: a stranger learns nothing of what is there. */
function checkAccess({ request, params }: Call, known: ReadonlyMap<string, Access>): void {
  const bearer = /^Bearer (\S+)$/.exec(request.headers.get('authorization') ?? '')?.[1];
  const access = known.get(bearer ?? '');
  if (!access) throw bitbucketRefusal(401, 'Token is invalid, expired, or not supported for this endpoint.');
  if (!access.own) {
    const place = `${params['workspace'] ?? ''}/${params['repository'] ?? ''}`;
    throw bitbucketRefusal(404, `You may not have access to the repository ${place}, or it no longer exists.`);
  }
  if (!access.scopes.includes(SCOPE)) throw lacksScope(access.scopes);
}

function lacksScope(granted: readonly string[]): Refusal {
  const message = 'Your credentials lack one or more required privilege scopes.';
  const detail = { granted, required: [SCOPE] };
  return new Refusal(json(403, { type: 'error', error: { message, detail } }), message);
}

/** UUIDs stand in braces, or they are taken for slugs. */
function checkPlace({ params }: Call, step: StepFacts): void {
  const { workspace = '', repository = '', pipeline = '' } = params;
  if (workspace !== step.workspaceUuid && workspace !== step.workspace) {
    throw bitbucketRefusal(404, `No workspace with identifier '${workspace}'.`);
  }
  if (repository !== step.repositoryUuid && repository !== step.repositorySlug) {
    throw bitbucketRefusal(404, `Repository ${workspace}/${repository} not found`);
  }
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
