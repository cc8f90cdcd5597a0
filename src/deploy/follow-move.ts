import { PipeError } from '../errors.ts';
import type { Clock, Log } from '../platform/types.ts';
import { failedMove, lateMove, otherServes, skippedMove, supersededMove } from './move-failures.ts';
import type { MoveKind } from './production-api.ts';
import { isSameRequest, readProduction, type AliasRequest, type Production } from './production.ts';
import type { VercelApi } from './vercel-api.ts';

export interface MoveDeps {
  readonly api: Pick<VercelApi, 'readProject' | 'readRollingRelease' | 'production'>;
  readonly clock: Clock;
  readonly log: Log;
  /** Called as soon as Vercel may do it whatever becomes of the run: it was asked for, and not refused. */
  readonly onMayMove?: () => void;
}

/** Production is to serve this deployment. */
export interface Move {
  readonly kind: MoveKind;
  readonly projectId: string;
  readonly deploymentId: string;
  /** How things stood before anything was asked. */
  readonly before: Production;
}

/** `rolling`: a rolling release moves traffic to it by stages; `queued`: it waits for one that is under way. */
export type MoveEnd = 'live' | 'rolling' | 'queued';

/** Delay between looks at the project, by the time since the first. */
const PACE: readonly (readonly [untilMs: number, delayMs: number])[] = [
  [15_000, 1000],
  [60_000, 3000],
  [Infinity, 10_000],
];
/** Looks in a row that bring no answer, each after its own retries. */
const MAX_BAD_LOOKS = 5;
/** Looks that see it done and another deployment in production: a reply may lag behind. */
const MAX_OTHER_LOOKS = 5;
/** By then what was asked for has shown at the project, or never will. */
const UNSEEN_MS = 2 * 60_000;
const MAY_PASS: readonly string[] = ['NETWORK', 'SERVICE_FAILED', 'RATE_LIMITED'];

/**
 * Follows a change of production to its end.
 * @throws {PipeError} `DOMAINS_NOT_ASSIGNED` where it failed, was skipped, or gave way to a newer one; what `readProduction`
 * throws; or the signal's reason.
 */
export async function followMove(deps: MoveDeps, move: Move, signal: AbortSignal): Promise<MoveEnd> {
  const { api, clock, log } = deps;
  const startedAt = clock.now();
  let badLooks = 0;
  let otherLooks = 0;
  let told: string | undefined;
  for (;;) {
    const now = await look(deps, move, signal);
    badLooks = now instanceof PipeError ? badLooks + 1 : 0;
    if (now instanceof PipeError) {
      if (badLooks >= MAX_BAD_LOOKS) throw now;
    } else {
      const seen = judgeMove(now, move);
      if (seen === 'live' || seen === 'rolling' || seen === 'queued') return seen;
      if (seen === 'failed') throw await failedMove(api, move, signal);
      if (seen === 'skipped') throw skippedMove(move);
      if (seen === 'superseded') throw supersededMove(move, now.last);
      otherLooks = seen === 'done' ? otherLooks + 1 : 0;
      if (otherLooks >= MAX_OTHER_LOOKS) throw otherServes(move, now.deploymentId);
      if (seen === 'unseen' && clock.now() - startedAt > UNSEEN_MS) throw lateMove(move, now);
      if (seen === 'unknown' && told !== now.last?.jobStatus) {
        told = now.last?.jobStatus;
        log.warn(
          `Vercel reports a state of the ${move.kind} that this pipe does not know, ${told ?? ''}; it goes on waiting.`,
        );
      }
    }
    await clock.sleep(delayAfter(clock.now() - startedAt), signal);
  }
}

/** The state now; or what went wrong and may pass. */
async function look(deps: MoveDeps, { projectId, kind }: Move, signal: AbortSignal): Promise<Production | PipeError> {
  try {
    return await readProduction(projectId, deps, signal, `The ${kind} was asked for and may still happen. `);
  } catch (error) {
    if (error instanceof PipeError && MAY_PASS.includes(error.code) && !signal.aborted) return error;
    throw error;
  }
}

/**
 * What a look at the project says of the change. `done`: by its own word, and another deployment is in production;
 * `unseen`: nothing of it yet.
 */
export type Seen = MoveEnd | 'failed' | 'skipped' | 'superseded' | 'done' | 'going' | 'unknown' | 'unseen';

export function judgeMove(now: Production, { kind, deploymentId, before }: Move): Seen {
  const { last } = now;
  if (now.rolling === 'active' && now.canaryId === deploymentId) return 'rolling';
  if (now.rolling === 'active' && now.queuedId === deploymentId) return 'queued';
  const fresh = last && (!isSameRequest(last, before.last) || isGoing(before.last)) ? last : undefined;
  if (fresh && (fresh.toDeploymentId !== deploymentId || fresh.type !== kind)) {
    // What was under way before, and for something else, still has to give way.
    return isSameRequest(fresh, before.last) ? 'unseen' : 'superseded';
  }
  if (!fresh) return now.deploymentId === deploymentId && before.deploymentId !== deploymentId ? 'live' : 'unseen';
  switch (fresh.jobStatus) {
    case 'pending':
    case 'in-progress':
      return 'going';
    case 'failed':
    case 'skipped':
      return fresh.jobStatus;
    case 'succeeded':
      return now.deploymentId === undefined || now.deploymentId === deploymentId ? 'live' : 'done';
    default:
      return 'unknown';
  }
}

export function isGoing(request: AliasRequest | undefined): boolean {
  return request?.jobStatus === 'pending' || request?.jobStatus === 'in-progress';
}

function delayAfter(elapsedMs: number): number {
  return PACE.find(([until]) => elapsedMs < until)?.[1] ?? 0;
}
