import type { Clock, Log } from '../platform/types.ts';
import { showBuildLog } from './build-log.ts';
import { readEnd, type End, type FollowOptions } from './ending.ts';
import { createBell, within, type Bell } from './follow-bell.ts';
import { watchDomains } from './follow-domains.ts';
import { poll } from './follow-poll.ts';
import type { Report } from './report.ts';
import type { Deployment, Ending } from './types.ts';
import type { VercelApi } from './vercel-api.ts';

/** What the log still has to say is worth waiting for: a little when all is well, more when the reader needs it. */
const LOG_GRACE_MS = 1000;
const FAILED_LOG_GRACE_MS = 5000;
/** Bad answers in a row, each after its own retries, before the following is given up. */
const MAX_BAD_POLLS = 5;
/** Delay between polls, by the time since the first. Vercel allows 500 a minute for the whole team. */
const PACE: readonly (readonly [untilMs: number, delayMs: number])[] = [
  [15_000, 1000],
  [60_000, 3000],
  [300_000, 10_000],
  [Infinity, 15_000],
];

export interface FollowDeps {
  readonly api: VercelApi;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Follows a deployment to its end, with its build log shown. What the answer to its create shows already needs no poll.
 * @param onProgress gets every state that Vercel reports
 * @throws {PipeError} where it ends badly, or where its state cannot be learned any more.
 */
export async function followDeployment(
  deps: FollowDeps,
  created: Report,
  options: FollowOptions,
  onProgress: (deployment: Deployment) => void,
  signal: AbortSignal,
): Promise<Ending> {
  if (!options.wait) return 'created';
  const first = readEnd(created, options);
  if (first && 'ending' in first) return conclude(deps, first);

  const bell = createBell();
  let aliasError: string | undefined;
  const onNews = (refused: string | undefined): void => {
    aliasError = refused;
    bell.ring();
  };
  const buildLog = showBuildLog(deps, created.deployment, onNews, signal);
  try {
    const heard = (report: Report): Report => believe(report, aliasError);
    const end = first ?? (await pollToEnd(deps, { created, options, onProgress, bell, heard }, signal));
    const failed = 'failure' in end;
    buildLog.finish(failed);
    await within(deps.clock, failed ? FAILED_LOG_GRACE_MS : LOG_GRACE_MS, buildLog.ended, signal);
    return conclude(deps, end);
  } finally {
    buildLog.close();
  }
}

function conclude({ log }: FollowDeps, end: End): Ending {
  if ('failure' in end) throw end.failure;
  if (end.note !== undefined) log.info(end.note);
  return end.ending;
}

/** The log may know before the state does that the domains were refused. */
function believe(report: Report, aliasError: string | undefined): Report {
  if (report.deployment.aliasAssigned || aliasError === undefined) return report;
  return { ...report, aliasError: report.aliasError ?? aliasError };
}

interface Following {
  readonly created: Report;
  readonly options: FollowOptions;
  readonly onProgress: (deployment: Deployment) => void;
  readonly bell: Bell;
  /** The report, with what the build log told meanwhile. */
  readonly heard: (report: Report) => Report;
}

async function pollToEnd(
  deps: FollowDeps,
  { created, options, onProgress, bell, heard }: Following,
  signal: AbortSignal,
): Promise<End> {
  const { api, clock } = deps;
  const domains = watchDomains(deps, options);
  const tell = tellUnknown(deps.log);
  const startedAt = clock.now();
  let latest = created.deployment;
  let badPolls = 0;
  for (;;) {
    const polled = await poll(api, latest, signal);
    if ('trouble' in polled) {
      badPolls += 1;
      if (badPolls >= MAX_BAD_POLLS) {
        onProgress(polled.left);
        throw polled.trouble;
      }
    } else {
      badPolls = 0;
      const report = heard(polled.report);
      latest = report.deployment;
      onProgress(latest);
      tell(report);
      const end = readEnd(report, options) ?? (await domains.look(report, signal));
      if (end) return end;
    }
    await within(clock, delayAfter(clock.now() - startedAt), bell.next(), signal);
  }
}

function delayAfter(elapsedMs: number): number {
  return PACE.find(([until]) => elapsedMs < until)?.[1] ?? 0;
}

/** Each unknown state once: it is taken for one on the way, so a reader must be able to see what it was. */
function tellUnknown(log: Log): (report: Report) => void {
  const told = new Set<string>();
  return ({ unknownState }) => {
    if (unknownState === undefined || told.has(unknownState)) return;
    told.add(unknownState);
    log.warn(`Vercel reports a state that this pipe does not know, ${unknownState}; it goes on waiting for the end.`);
  };
}
