import type { Asked, SeenPipeline, SeenReview, SeenStep } from '../../src/audit/types.ts';
import type { DraftPipeline, DraftStep } from './drafts.ts';
import { DAY, HOUR, MINUTE, SECOND, someTime, wholeSecond, type Life, type Person, type Site } from './life.ts';

/** Numbers of pull requests that pipelines name are below it. */
const FIRST_MERGE = 1001;

/** A step of a pipeline in which the pipe runs. */
export interface Run {
  readonly site: Site;
  readonly person: Person;
  readonly pipeline: DraftPipeline;
  readonly step: DraftStep;
  /** All of the pipeline's. */
  readonly steps: DraftStep[];
  /** When the pipe began. */
  readonly startedAt: number;
  readonly stepRunNumber: string;
  /** What Bitbucket answers instead. */
  pipelineAnswer?: Asked<SeenPipeline>;
  stepsAnswer?: Asked<readonly SeenStep[]>;
}

export interface RunOptions {
  readonly site?: Site;
  /** When the step began. */
  readonly at?: number;
  /** Another step of the same pipeline: run again, or the next one. */
  readonly of?: Run;
  readonly again?: boolean;
  readonly pullRequest?: boolean;
}

/** A pipeline whose step begins at `at`; nothing of it is known to anybody before {@link keepRun}. */
export function startRun(life: Life, options: RunOptions = {}): Run {
  const { random } = life;
  const { of } = options;
  const at = options.at ?? (of ? (of.step.completedAt ?? of.startedAt) + random.whole(1, 20) * MINUTE : someTime(life));
  const site = of?.site ?? options.site ?? random.pick(life.sites);
  const person = of?.person ?? random.pick(life.people);
  const step: DraftStep = { uuid: random.uuid(), startedAt: at, completedAt: at + 10 * MINUTE };
  const pipeline = of?.pipeline ?? makePipeline(life, site, person, { at, pullRequest: options.pullRequest === true });
  const steps = of?.steps ?? [makeBuildStep(life, at)];
  steps.push(step);
  const stepRunNumber = options.again ? String(Number(of?.stepRunNumber ?? '1') + 1) : '1';
  return { site, person, pipeline, step, steps, startedAt: at + random.whole(3, 40) * SECOND, stepRunNumber };
}

function makePipeline(
  { random }: Life,
  site: Site,
  person: Person,
  { at, pullRequest }: { at: number; pullRequest: boolean },
): DraftPipeline {
  site.builds += 1;
  return {
    uuid: random.uuid(),
    repositoryUuid: site.repositoryUuid,
    buildNumber: site.builds,
    commit: random.hex(40),
    ...{ refKind: 'branch', ref: pullRequest ? `feature/${random.word(5)}` : 'main' },
    trigger: random.pick(['push', 'push', 'manual', 'schedule']),
    ...{ creatorId: person.uuid, creatorName: person.name },
    createdAt: at - random.whole(2, 9) * MINUTE,
    completedAt: at + 11 * MINUTE,
    ...(pullRequest ? { pullRequest: random.whole(1, 900) } : {}),
  };
}

function makeBuildStep({ random }: Life, before: number): DraftStep {
  return { uuid: random.uuid(), startedAt: before - 110 * SECOND, completedAt: before - 10 * SECOND };
}

/** The step ends when what it did is done. */
export function endRun(life: Life, run: Run, at: number): void {
  const end = at + life.random.whole(2, 20) * SECOND;
  run.step.completedAt = end;
  run.pipeline.completedAt = Math.max(run.pipeline.completedAt ?? 0, end + 5 * SECOND);
}

/** From now on Bitbucket knows of it. */
export function keepRun(life: Life, run: Run): void {
  const { pipeline, steps } = run;
  const { uuid, repositoryUuid, commit, pullRequest, creatorName } = pipeline;
  life.pipelines.set(uuid, run.pipelineAnswer ?? { found: pipeline });
  life.steps.set(uuid, run.stepsAnswer ?? { found: steps });
  if (pullRequest === undefined) {
    keepMerge(life, pipeline);
    return;
  }
  const approvedBy = life.people
    .map(({ name }) => name)
    .filter((name) => name !== creatorName && life.random.chance(0.5));
  const review = makeReview(pullRequest, pipeline, approvedBy);
  life.reviews.set(`${repositoryUuid}/${String(pullRequest)}`, { found: review });
  if (commit !== undefined) life.reviews.set(`${repositoryUuid}/${commit}`, { found: review });
}

/**
 * What no pull request's own pipeline has built was mostly merged by one: seven of eight, told from the commit, so that
 * what follows in the history is the same with or without.
 */
function keepMerge({ reviews, people }: Life, pipeline: DraftPipeline): void {
  const { repositoryUuid, commit, creatorName } = pipeline;
  const key = `${repositoryUuid}/${commit ?? ''}`;
  if (commit === undefined || /^[01]/.test(commit) || reviews.has(key)) return;
  const approvedBy = people.flatMap(({ name }, index) =>
    name !== creatorName && Number.parseInt(commit.at(index + 1) ?? '0', 16) >= 8 ? [name] : [],
  );
  reviews.set(key, { found: makeReview(FIRST_MERGE + reviews.size, pipeline, approvedBy) });
}

/** Opened and approved before its commit was built; what one approves beside the others comes after the deployment. */
function makeReview(
  pullRequest: number,
  { createdAt = 0, creatorName }: DraftPipeline,
  approvedBy: readonly string[],
): SeenReview {
  return {
    ...{ pullRequest, createdAt: createdAt - 2 * DAY },
    ...(creatorName === undefined ? {} : { author: creatorName }),
    approvals: approvedBy.map((by, index) => ({ by, at: createdAt + (index < 3 ? -HOUR : DAY) })),
  };
}

/** When the token of a run was made and ends: an hour, as Bitbucket's. */
export function tokenLife({ step, startedAt }: Run): { tokenIssuedAt: number; tokenExpiresAt: number } {
  const tokenIssuedAt = wholeSecond((step.startedAt ?? startedAt) - SECOND);
  return { tokenIssuedAt, tokenExpiresAt: tokenIssuedAt + HOUR };
}
