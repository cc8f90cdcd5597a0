import { PipeError } from '../errors.ts';
import { isTransient, type HttpReply } from '../http/index.ts';
import type { Clock, Log } from '../platform/types.ts';
import { showBuildLog } from './build-log.ts';
import { judge } from './judge.ts';
import { toRefusal, toUncertain, type Asked } from './refusals.ts';
import { readReport, type Report } from './report.ts';
import type { Deployment } from './types.ts';
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
 * Follows a deployment until it is live, with its build log shown.
 * @param onProgress gets every state that Vercel reports
 * @throws {PipeError} where it ends otherwise, or where its state cannot be learned any more.
 */
export async function followDeployment(
  deps: FollowDeps,
  created: Deployment,
  onProgress: (deployment: Deployment) => void,
  signal: AbortSignal,
): Promise<void> {
  const bell = createBell();
  const buildLog = showBuildLog(deps, created.id, bell.ring, signal);
  try {
    const { failure } = await pollToEnd(deps, created, onProgress, bell, signal);
    await within(deps.clock, failure ? FAILED_LOG_GRACE_MS : LOG_GRACE_MS, buildLog.ended, signal);
    if (failure) throw failure;
  } finally {
    buildLog.close();
  }
}

async function pollToEnd(
  { api, clock }: FollowDeps,
  created: Deployment,
  onProgress: (deployment: Deployment) => void,
  bell: Bell,
  signal: AbortSignal,
): Promise<NonNullable<ReturnType<typeof judge>>> {
  const startedAt = clock.now();
  let latest = created;
  let badPolls = 0;
  for (;;) {
    const report = await poll(api, latest, signal);
    if (report instanceof PipeError) {
      badPolls += 1;
      if (badPolls >= MAX_BAD_POLLS) throw report;
    } else {
      badPolls = 0;
      latest = report.deployment;
      onProgress(latest);
      const end = judge(report);
      if (end) return end;
    }
    await within(clock, delayAfter(clock.now() - startedAt), bell.next(), signal);
  }
}

/** The state now; or an error that may pass. Throws what will not. */
async function poll(api: VercelApi, latest: Deployment, signal: AbortSignal): Promise<Report | PipeError> {
  const asked: Asked = {
    did: `tell the state of ${latest.id}`,
    wanted: 'its state',
    aftermath: `The deployment was created and may become live: see ${latest.inspectorUrl ?? latest.url}. `,
  };
  let reply: HttpReply;
  try {
    reply = await api.read(latest.id, signal);
  } catch (error) {
    const known = toUncertain(error, asked);
    if (known instanceof PipeError && known.code === 'NETWORK') return known;
    throw known;
  }
  if (reply.status === 404) return readReport({ readyState: 'DELETED' }, latest) ?? toRefusal(reply, asked);
  const report = reply.status === 200 ? readReport(reply.body, latest) : undefined;
  if (report) return report;
  const refusal = toRefusal(reply, asked);
  if (reply.status === 200 || isTransient(reply.status)) return refusal;
  throw refusal;
}

function delayAfter(elapsedMs: number): number {
  return PACE.find(([until]) => elapsedMs < until)?.[1] ?? 0;
}

interface Bell {
  readonly ring: () => void;
  /** Resolves at the first ring since the last call. */
  next(): Promise<undefined>;
}

/** Lets the build log wake the poll that waits. */
function createBell(): Bell {
  let current = Promise.withResolvers<undefined>();
  return {
    ring: () => current.resolve(undefined),
    async next() {
      await current.promise;
      current = Promise.withResolvers<undefined>();
      return undefined;
    },
  };
}

/** Waits for `event`, at most `ms`. */
async function within(clock: Clock, ms: number, event: Promise<unknown>, signal: AbortSignal): Promise<void> {
  const done = new AbortController();
  const sleeping = clock.sleep(ms, AbortSignal.any([signal, done.signal])).catch(() => undefined);
  await Promise.race([event, sleeping]);
  done.abort();
  signal.throwIfAborted();
}
