import { show } from '../../text.ts';
import type { SeenPipeline, SeenStep } from '../types.ts';
import type { World } from './types.ts';
import { GRACE_MS, utc } from './say.ts';

/** `ran`: that step ran then. `impossible`: it can not have been it. `open`: that could not be looked at. */
export interface StepAnswer {
  readonly state: 'ran' | 'impossible' | 'open';
  readonly found: string;
}

export interface StepQuestion {
  readonly pipelineUuid: string;
  readonly stepUuid: string;
  readonly at: number;
  /** Which run of the step, as far as that is known. */
  readonly run?: number;
  /** False for a copy of the deployment that the step made: that is made later. */
  readonly bounded: boolean;
}

/** Whether Bitbucket's step ran at a time. A step that was run again shows its last run alone. */
export function askStep(question: StepQuestion, world: World): StepAnswer {
  const { pipelineUuid, stepUuid, at, bounded } = question;
  const steps = world.steps(pipelineUuid);
  if ('unknown' in steps) return { state: 'open', found: `The steps of the build are not known: ${steps.unknown}` };
  const same = 'found' in steps ? steps.found.filter(({ uuid }) => uuid === stepUuid) : [];
  if (same.length === 0) {
    return {
      state: 'impossible',
      found: `Bitbucket knows no step ${show(stepUuid)} in pipeline ${show(pipelineUuid)}.`,
    };
  }
  const fitting = same.find((step) => runsAt(step, at, bounded));
  if (fitting) return { state: 'ran', found: `Step ${stepUuid} ran ${span(fitting)}.` };
  const [shown] = same;
  const last = world.lastRunOf(pipelineUuid, stepUuid) ?? 1;
  if (last > (question.run ?? 1) && shown?.startedAt !== undefined && at < shown.startedAt) {
    const found = `The step was run again (run ${String(last)}), and Bitbucket shows that run alone: ${span(shown)}.`;
    return { state: 'open', found };
  }
  return { state: 'impossible', found: `Step ${stepUuid} ran ${shown ? span(shown) : 'never'}, not at ${utc(at)}.` };
}

/** A pipeline bounds its steps, whatever those say. */
export function askPipeline(pipeline: SeenPipeline, at: number, bounded: boolean): StepAnswer {
  const { uuid, createdAt, completedAt } = pipeline;
  if (createdAt !== undefined && at < createdAt - GRACE_MS) {
    return { state: 'impossible', found: `Pipeline ${uuid} was created at ${utc(createdAt)}, after ${utc(at)}.` };
  }
  if (bounded && completedAt !== undefined && at > completedAt + GRACE_MS) {
    return { state: 'impossible', found: `Pipeline ${uuid} had ended at ${utc(completedAt)}, before ${utc(at)}.` };
  }
  return { state: 'ran', found: `Pipeline ${uuid} ran then.` };
}

function runsAt({ startedAt, completedAt }: SeenStep, at: number, bounded: boolean): boolean {
  if (startedAt === undefined || at < startedAt - GRACE_MS) return false;
  return !bounded || completedAt === undefined || at <= completedAt + GRACE_MS;
}

function span({ startedAt, completedAt }: SeenStep): string {
  if (startedAt === undefined) return 'not at all: it has not started';
  return `from ${utc(startedAt)} ${completedAt === undefined ? 'on' : `to ${utc(completedAt)}`}`;
}
