import { json, type Reply } from '../reply.ts';
import type { Call, Route } from '../router.ts';
import type { StepFacts } from '../types.ts';
import type { Access } from './access.ts';
import { PAGE, pageReply, readPage, readSort } from './pages.ts';
import { viewPipeline } from './pipeline-view.ts';
import type { Repositories, Repository, StoredPipeline } from './repositories.ts';
import { addStep, findPipeline, stepRoutes } from './steps.ts';
import type { BitbucketOptions, PlantedPipeline, PlantedStep } from './types.ts';

const SCOPE = 'read:pipeline:bitbucket';
const BEFORE_STEP_MS = 5000;
const HOUR_MS = 3_600_000;

interface PipelineDeps {
  readonly baseUrl: string;
  readonly step: StepFacts;
  readonly access: Access;
  readonly repositories: Repositories;
  /** Members of the answer about the step's own to put in another's place. */
  readonly overrides: Readonly<Record<string, unknown>>;
  readonly options: BitbucketOptions;
  /** Milliseconds since 1970. */
  readonly stepStartedAt: number;
}

/** Pipelines and their steps, for who has an access token: the step's own, under way, and those that were planted. */
export function createPipelines(deps: PipelineDeps): {
  readonly plant: (pipeline: PlantedPipeline) => void;
  readonly plantStep: (step: PlantedStep) => void;
  readonly routes: readonly Route[];
} {
  const { step, access, repositories, options, stepStartedAt } = deps;
  const plant = (pipeline: PlantedPipeline): void => {
    store(repositories.need(pipeline.repository), pipeline, stepStartedAt - HOUR_MS);
  };
  plantOwn(deps, plant);

  function view(repository: Repository, pipeline: StoredPipeline): object {
    const seen = viewPipeline(step, repository, pipeline);
    const own = repository === repositories.own && pipeline.planted.uuid === step.pipelineUuid;
    return own ? { ...seen, ...deps.overrides } : seen;
  }

  function list(call: Call): Reply {
    const { repository } = access.enter(call, SCOPE);
    const paged = readPage(call);
    const newestFirst = readSort(call);
    const all = repository.line.inOrder();
    const size = all.length;
    const page = newestFirst
      ? all.slice(Math.max(0, size - paged.end), Math.max(0, size - paged.start)).reverse()
      : all.slice(paged.start, paged.end);
    return pageReply(call, paged, { values: page.map((one) => view(repository, one)), size }, options);
  }

  function show(call: Call): Reply {
    const { repository, pipeline } = findPipeline(access, call);
    return json(200, view(repository, pipeline));
  }

  const origins = [new URL(deps.baseUrl).origin];
  const path = '/2.0/repositories/:workspace/:repository/pipelines';
  return {
    plant,
    plantStep: (planted) => addStep(repositories.need(planted.repository), planted),
    routes: [
      { path: '', query: [...PAGE, 'sort'], handle: list },
      { path: '/:pipeline', query: [], handle: show },
      ...stepRoutes(access, options),
    ].map((route) => ({ ...route, method: 'GET', origins, path: `${path}${route.path}` })),
  };
}

/** The step's own pipeline, and the step: both are under way. */
function plantOwn(
  { step, repositories, overrides, stepStartedAt }: PipelineDeps,
  plant: (p: PlantedPipeline) => void,
): void {
  const { pipelineUuid: uuid, stepUuid, buildNumber } = step;
  const said = Date.parse(String(overrides['created_on']));
  const createdAt = Number.isNaN(said) ? stepStartedAt - BEFORE_STEP_MS : said;
  plant({ uuid, buildNumber, createdAt, running: true });
  addStep(repositories.own, { pipeline: uuid, uuid: stepUuid, startedAt: stepStartedAt });
}

/** A pipeline, or another state of one: its place in lists stays. */
function store({ pipelines, line }: Repository, planted: PlantedPipeline, usualTime: number): void {
  const known = pipelines.get(planted.uuid);
  if (known) {
    known.planted = planted;
    return;
  }
  const stored = { planted, createdAt: planted.createdAt ?? usualTime };
  pipelines.set(planted.uuid, stored);
  line.add(stored);
}
