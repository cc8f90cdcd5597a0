import type { SeenRecord } from '../types.ts';
import { createdAtOf, gatherCases, isProduction, type Case } from './case.ts';
import { changesProduction, findTeller, isOwnAct } from './change-record.ts';
import { changesOf, type Change } from './changes.ts';
import { isDeployment } from './classify.ts';
import { stepQuestion } from './links.ts';
import type { StepQuestion } from './step-times.ts';
import { asksForStepOfAct, asksForSteps, stepOfAct, stepOfRecord } from './with/step.ts';
import { isPastToken } from './with/time.ts';
import type { Bucket, NeededPipeline, NeededReview, Needs, World } from './types.ts';

type NeededStep = Needs['steps'][number];

/** What Bitbucket must be asked, each thing once and nothing that the world has an answer to. */
export function needsOf(bucket: Bucket, world: World): Needs {
  const asking = new Asking(world);
  const cases = gatherCases(bucket);
  for (const of of cases.values()) if (isDeployment(of, world)) askForDeployment(of, asking);
  for (const change of changesOf(bucket)) askForChange(change, asking);
  return asking.needs();
}

/** The intents that the bucket's deployments name, each once. */
export function intentsOf(bucket: Bucket): ReadonlySet<string> {
  return new Set([...gatherCases(bucket).values()].flatMap(({ meta }) => meta.intent ?? []));
}

function askForDeployment(of: Case, asking: Asking): void {
  for (const maker of of.makers) {
    asking.pipeline(ofRecord(maker));
    // What is said of steps is used for all that name the pipeline, also for what is not asked for.
    asking.meet(stepOfRecord(of, maker));
  }
  const [record] = of.makers;
  const { pipeline } = of.meta;
  if (record) {
    if (asksForSteps(record)) asking.steps(ofRecord(record));
    if (isProduction(of)) asking.review(record.facts.pipelineUuid, createdAtOf(of) ?? Infinity);
    return;
  }
  if (pipeline === undefined) return;
  asking.pipeline({ pipelineUuid: pipeline });
  const question = stepQuestion(of, asking.world);
  if (question) {
    asking.meet(question);
    asking.steps({ pipelineUuid: pipeline });
  }
}

/** What the deploy that explains the deployment did in passing is asked for that, but for steps that outlived their token. */
function askForChange({ kind, event, of }: Change, asking: Asking): void {
  const teller = of && findTeller(kind, event, of, of.touching);
  if (!of || !teller) return;
  asking.meet(stepOfAct(event, teller));
  if (!isOwnAct(teller, of)) {
    if (isPastToken(event, teller)) asking.steps(ofRecord(teller));
    return;
  }
  const change = { kind, event, of };
  asking.pipeline(ofRecord(teller));
  if (asksForStepOfAct(change, teller)) asking.steps(ofRecord(teller));
  const isReviewed = teller.facts.action !== 'deploy' && changesProduction(change, teller);
  if (isReviewed) asking.review(teller.facts.pipelineUuid, event.at);
}

function ofRecord({ facts }: SeenRecord): NeededPipeline {
  const { pipelineUuid, repositoryUuid, workspaceUuid } = facts;
  return { pipelineUuid, repositoryUuid, workspaceUuid };
}

class Asking {
  readonly world: World;
  readonly #pipelines = new Map<string, NeededPipeline>();
  readonly #steps = new Map<string, Omit<NeededStep, 'at'>>();
  /** By the pipeline. */
  readonly #latest = new Map<string, number>();
  readonly #reviews = new Map<string, NeededReview>();

  constructor(world: World) {
    this.world = world;
  }

  pipeline(named: NeededPipeline): void {
    if (!('unknown' in this.world.pipeline(named.pipelineUuid))) return;
    const before = this.#pipelines.get(named.pipelineUuid);
    // Where meta and a record name the same, the record knows in which repository.
    if (before?.repositoryUuid === undefined) this.#pipelines.set(named.pipelineUuid, named);
  }

  /** Bitbucket is asked for steps by repository: only of a pipeline that it knows. */
  steps(named: NeededPipeline): void {
    const { pipelineUuid } = named;
    const answer = this.world.pipeline(pipelineUuid);
    if (!('found' in answer) || !('unknown' in this.world.steps(pipelineUuid))) return;
    this.#steps.set(pipelineUuid, { ...named, repositoryUuid: answer.found.repositoryUuid });
  }

  meet({ pipelineUuid, at }: Pick<StepQuestion, 'pipelineUuid' | 'at'>): void {
    this.#latest.set(pipelineUuid, Math.max(at, this.#latest.get(pipelineUuid) ?? at));
  }

  review(pipelineUuid: string, at: number): void {
    const answer = this.world.pipeline(pipelineUuid);
    if (!('found' in answer) || answer.found.commit === undefined) return;
    const { repositoryUuid, commit } = answer.found;
    if (!('unknown' in this.world.review(repositoryUuid, commit))) return;
    const key = `${repositoryUuid}/${commit}`;
    this.#reviews.set(key, { repositoryUuid, commit, at: Math.max(at, this.#reviews.get(key)?.at ?? at) });
  }

  needs(): Needs {
    return {
      pipelines: [...this.#pipelines.values()],
      steps: [...this.#steps.values()].map((step) => ({
        ...step,
        at: this.#latest.get(step.pipelineUuid) ?? Infinity,
      })),
      reviews: [...this.#reviews.values()],
    };
  }
}
