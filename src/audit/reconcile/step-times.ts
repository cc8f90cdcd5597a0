import { show } from '../../text.ts';
import type { SeenPipeline, SeenStep } from '../types.ts';
import { GRACE_MS, sayAsked, utc } from './say.ts';
import type { World } from './types.ts';

/**
 * `ran`: that step ran then. `before`: the run of it that Bitbucket shows began later. `impossible`: it can not have been
 * it. `open`: that could not be looked at.
 */
export interface StepAnswer {
  readonly state: 'ran' | 'before' | 'impossible' | 'open';
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
export function askStep({ pipelineUuid, stepUuid, at, bounded, run = 1 }: StepQuestion, world: World): StepAnswer {
  const steps = world.steps(pipelineUuid);
  if ('unknown' in steps) return { state: 'open', found: `The steps of the build are not known: ${steps.unknown}` };
  const same = 'found' in steps ? steps.found.filter(({ uuid }) => uuid === stepUuid) : [];
  const [shown] = same;
  const asked = sayAsked(steps);
  if (!shown) {
    return {
      state: 'impossible',
      found: `Bitbucket knows no step ${show(stepUuid)} in pipeline ${show(pipelineUuid)}${asked}.`,
    };
  }
  const fitting = same.find((step) => runsAt(step, at, bounded));
  if (fitting) return { state: 'ran', found: `Step ${stepUuid} ran ${span(fitting)}${asked}.` };
  const found = `Step ${stepUuid} ran ${span(shown)}${asked}; asked for ${utc(at)}.`;
  if (!same.some(({ startedAt }) => startedAt !== undefined && at < startedAt)) return { state: 'impossible', found };
  const last = world.lastRunOf(pipelineUuid, stepUuid) ?? 1;
  if (last <= run) return { state: 'before', found };
  return {
    state: 'open',
    found: `The step was run again (run ${String(last)}), and Bitbucket shows that run. ${found}`,
  };
}

/** A pipeline bounds its steps, whatever those say. */
export function askPipeline({ uuid, createdAt, completedAt }: SeenPipeline, at: number, bounded: boolean): StepAnswer {
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
