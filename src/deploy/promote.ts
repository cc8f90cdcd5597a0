import { PipeError } from '../errors.ts';
import type { HttpReply } from '../http/index.ts';
import { followMove, isGoing, judgeMove, type Move, type MoveDeps, type MoveEnd } from './follow-move.ts';
import { supersededMove } from './move-failures.ts';
import { readProduction } from './production.ts';
import { toRefusal, toUncertain, type Asked } from './refusals.ts';

export type { MoveDeps };

/** Where a change of production ended. */
export interface Moved {
  /** `rolling`: a rolling release moves traffic to it by stages, or it waits for one that is under way. */
  readonly ending: 'live' | 'rolling';
  /** True where production served it already: nothing was changed. */
  readonly already: boolean;
}

/** With an unknown outcome each, and nothing seen of any of them. */
const MAX_ASKS = 3;
/** The project may lag behind what was asked: three looks over ten seconds. */
const LOOK_AFTER_MS: readonly number[] = [1000, 3000, 6000];

/**
 * Moves production to a deployment that was built for it (READY, target production), without a rebuild, and follows that
 * to its end. What production serves already is left as it is.
 * @throws {PipeError} in the words of what Vercel refused; `DOMAINS_NOT_ASSIGNED` where not every domain moved, or where
 * someone else changed production meanwhile; or the signal's reason.
 */
export function promoteDeployment(
  { projectId, deployment }: { readonly projectId: string; readonly deployment: { readonly id: string } },
  deps: MoveDeps,
  signal: AbortSignal,
): Promise<Moved> {
  return moveProduction(deps, { kind: 'promote', projectId, deploymentId: deployment.id }, signal);
}

/**
 * Moves production back to a deployment that was in production before, and follows that to its end. From then on Vercel
 * gives no domain to a new deployment until one is promoted.
 * @throws {PipeError} as {@link promoteDeployment} does.
 */
export function rollBackTo(
  { projectId, deploymentId }: { readonly projectId: string; readonly deploymentId: string },
  deps: MoveDeps,
  signal: AbortSignal,
): Promise<Moved> {
  return moveProduction(deps, { kind: 'rollback', projectId, deploymentId }, signal);
}

async function moveProduction(deps: MoveDeps, wanted: Omit<Move, 'before'>, signal: AbortSignal): Promise<Moved> {
  const { log } = deps;
  const move = { ...wanted, before: await readProduction(wanted.projectId, deps, signal) };
  const { deploymentId } = move;
  const end = await askOnce(deps, move, signal);
  switch (end) {
    case 'already':
      log.info(`Production serves ${deploymentId} already: nothing was changed.`);
      return { ending: 'live', already: true };
    case 'begun':
      deps.onMayMove?.();
      return conclude(deps, move, await followOrTell(deps, move, signal));
    case 'queued':
      deps.onMayMove?.();
      return conclude(deps, move, end);
  }
}

function conclude({ log }: MoveDeps, { deploymentId }: Move, end: MoveEnd): Moved {
  switch (end) {
    case 'live':
      return { ending: 'live', already: false };
    case 'rolling':
      log.info(`Rolling release: traffic moves to ${deploymentId} by stages, as the project has them set on Vercel.`);
      return { ending: 'rolling', already: false };
    case 'queued':
      log.info(`Rolling release: another one is active, and ${deploymentId} begins when that has ended.`);
      return { ending: 'rolling', already: false };
  }
}

/** Who stops the run does not stop Vercel. */
async function followOrTell(deps: MoveDeps, move: Move, signal: AbortSignal): Promise<MoveEnd> {
  try {
    return await followMove(deps, move, signal);
  } catch (error) {
    if (signal.aborted) {
      deps.log.warn(`The ${move.kind} to ${move.deploymentId} was asked for, and Vercel goes on with it by itself.`);
    }
    throw error;
  }
}

type Begun = 'begun' | 'queued' | 'already';

/** Asks for the change, once. A run that is stopped meanwhile does not know whether Vercel has it. */
async function askOnce(deps: MoveDeps, move: Move, signal: AbortSignal): Promise<Begun> {
  signal.throwIfAborted();
  let answer: HttpReply | 'begun';
  try {
    answer = await askUntilKnown(deps, move, signal);
  } catch (error) {
    if (signal.aborted) {
      deps.onMayMove?.();
      const { kind, deploymentId } = move;
      deps.log.warn(
        `The ${kind} to ${deploymentId} was asked for without an answer: Vercel may go on with it by itself.`,
      );
    }
    throw error;
  }
  return answer === 'begun' ? answer : readAnswer(deps, move, answer, signal);
}

/**
 * The reply; or `begun` where it was lost. Where the outcome is unknown (no answer, or a server's error), the project is
 * looked at before it is asked again.
 */
async function askUntilKnown(deps: MoveDeps, move: Move, signal: AbortSignal): Promise<HttpReply | 'begun'> {
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await ask(deps, move, signal);
    if ('reply' in outcome) return outcome.reply;
    const { unknown } = outcome;
    deps.onMayMove?.();
    deps.log.warn(`${unknown.message} It may have begun all the same: looking. Got: ${String(unknown.got)}`);
    if (await hasBegun(deps, move, signal)) {
      deps.log.info(`The ${move.kind} has begun, only the answer was lost: going on with it.`);
      return 'begun';
    }
    if (attempt === MAX_ASKS) throw unknown;
    deps.log.info(`The ${move.kind} has not begun: asking again.`);
  }
}

/** The reply, or the error where nobody knows whether anything has begun. */
async function ask(
  { api }: MoveDeps,
  move: Move,
  signal: AbortSignal,
): Promise<{ readonly reply: HttpReply } | { readonly unknown: PipeError }> {
  try {
    const reply = await api.production.move(move.kind, move.projectId, move.deploymentId, signal);
    return reply.status === 408 || reply.status >= 500 ? { unknown: toRefusal(reply, toAsked(move)) } : { reply };
  } catch (error) {
    const known = toUncertain(error, toAsked(move));
    if (known instanceof PipeError && known.code === 'NETWORK') return { unknown: known };
    throw known;
  }
}

/** @throws {PipeError} where the project could not be looked at the last time: an earlier look may have come too soon. */
async function hasBegun(deps: MoveDeps, move: Move, signal: AbortSignal): Promise<boolean> {
  let unasked: PipeError | undefined;
  for (const wait of LOOK_AFTER_MS) {
    await deps.clock.sleep(wait, signal);
    try {
      const now = await readProduction(move.projectId, deps, signal, toAsked(move).aftermath);
      unasked = undefined;
      const seen = judgeMove(now, move);
      if (seen === 'superseded') throw supersededMove(move, now.last);
      if (seen !== 'unseen') return true;
    } catch (error) {
      if (!(error instanceof PipeError) || error.code === 'DOMAINS_NOT_ASSIGNED' || signal.aborted) throw error;
      unasked = error;
    }
  }
  if (unasked) throw unasked;
  return false;
}

async function readAnswer(deps: MoveDeps, move: Move, reply: HttpReply, signal: AbortSignal): Promise<Begun> {
  if (reply.status >= 200 && reply.status < 300) return reply.status === 202 ? 'queued' : 'begun';
  if (reply.status === 409) {
    const { deploymentId, last } = await readProduction(move.projectId, deps, signal);
    if (deploymentId === move.deploymentId) return 'already';
    // Someone has asked for the very same.
    if (isGoing(last) && last?.toDeploymentId === move.deploymentId && last.type === move.kind) return 'begun';
  }
  throw toRefusal(reply, toAsked(move));
}

function toAsked({ kind, deploymentId }: Move): Asked {
  const did = kind === 'promote' ? `promote ${deploymentId}` : `roll production back to ${deploymentId}`;
  const aftermath = 'Production may have moved: look at the project on Vercel before anything else. ';
  return { did, wanted: `production serves ${deploymentId}`, aftermath };
}
