import { bitbucketRefusal, json, type Reply } from '../reply.ts';
import type { Call, Route } from '../router.ts';
import type { Access } from './access.ts';
import { PAGE, pageReply, readPage } from './pages.ts';
import { viewStep } from './pipeline-view.ts';
import type { Repository, StoredPipeline } from './repositories.ts';
import type { BitbucketOptions, PlantedStep } from './types.ts';

const SCOPE = 'read:pipeline:bitbucket';

interface Found {
  readonly repository: Repository;
  readonly pipeline: StoredPipeline;
}

/** `…/steps` of a pipeline, and one of them. */
export function stepRoutes(
  access: Access,
  options: BitbucketOptions,
): readonly Pick<Route, 'path' | 'query' | 'handle'>[] {
  function list(call: Call): Reply {
    const all = stepsOf(findPipeline(access, call));
    const paged = readPage(call);
    const values = all.slice(paged.start, paged.end).map(viewStep);
    return pageReply(call, paged, { values, size: all.length }, options);
  }

  function show(call: Call): Reply {
    const wanted = readUuid(call, 'step');
    const found = stepsOf(findPipeline(access, call)).find(({ uuid }) => uuid === wanted);
    if (!found) throw bitbucketRefusal(404, `Step ${wanted} not found`);
    return json(200, viewStep(found));
  }

  return [
    { path: '/:pipeline/steps', query: PAGE, handle: list },
    { path: '/:pipeline/steps/:step', query: [], handle: show },
  ];
}

/** The pipeline that the path names, for who may read it. */
export function findPipeline(access: Access, call: Call): Found {
  const { repository } = access.enter(call, SCOPE);
  const uuid = readUuid(call, 'pipeline');
  const pipeline = repository.pipelines.get(uuid);
  if (!pipeline) throw bitbucketRefusal(404, `Pipeline ${uuid} not found`);
  return { repository, pipeline };
}

/** A step, or another state of one. */
export function addStep({ steps }: Repository, planted: PlantedStep): void {
  const others = steps.get(planted.pipeline);
  const index = others?.findIndex(({ uuid }) => uuid === planted.uuid) ?? -1;
  if (!others) steps.set(planted.pipeline, [planted]);
  else if (index >= 0) others[index] = planted;
  else others.push(planted);
}

function stepsOf({ repository, pipeline }: Found): readonly PlantedStep[] {
  return repository.steps.get(pipeline.planted.uuid) ?? [];
}

/** UUIDs stand in braces, or they are taken for slugs. */
function readUuid({ params }: Call, name: string): string {
  const text = params[name] ?? '';
  if (!/^\{[^{}]+\}$/.test(text)) throw bitbucketRefusal(400, 'Unexpected response body');
  return text;
}
