import type { Clock, Log } from '../platform/types.ts';
import { createBuildLines, type BuildLines } from './follow-lines.ts';
import { createMemory, type Memory } from './follow-memory.ts';
import { isJson, type Json } from './json.ts';
import { pageOf } from './judge.ts';
import { readAliasError } from './report.ts';
import type { Deployment } from './types.ts';
import type { VercelApi } from './vercel-api.ts';

const MAX_RECONNECTS = 50;
const FIRST_PAUSE_MS = 1000;
const MAX_PAUSE_MS = 30_000;
/** States after which the log says no more. READY is none: the domains follow. */
const LAST_STATES = ['ERROR', 'CANCELED', 'BLOCKED', 'DELETED'];

export interface BuildLog {
  /** Resolves when the log has ended, for whatever reason: a log that breaks off fails no deployment. */
  readonly ended: Promise<void>;
  /** The deployment has ended: what is still to come is read, and nothing is waited for. */
  readonly finish: (failed: boolean) => void;
  readonly close: () => void;
}

export interface LogDeps {
  readonly api: VercelApi;
  readonly clock: Clock;
  readonly log: Log;
}

/** What the log says of the deployment itself, and not of its build: `aliasError` is why its domains were refused. */
export type OnNews = (aliasError: string | undefined) => void;

/**
 * Shows the build's lines as they come, each once, over as many streams as it takes.
 * @param onNews is called when the log says that the deployment is live or has ended
 */
export function showBuildLog(deps: LogDeps, deployment: Deployment, onNews: OnNews, signal: AbortSignal): BuildLog {
  const closing = new AbortController();
  const finishing = new AbortController();
  const page = pageOf(deployment);
  const lines = createBuildLines(deps.log, page);
  let failed = false;
  const follower = {
    ...{ id: deployment.id, page, lines, onNews, memory: createMemory() },
    ...{ stop: AbortSignal.any([signal, closing.signal]), over: finishing.signal, hasFailed: () => failed },
  };
  return {
    ended: follow(deps, follower),
    finish: (withFailure) => {
      failed = withFailure;
      finishing.abort();
    },
    close: () => {
      closing.abort();
      lines.end(failed);
    },
  };
}

interface Follower {
  readonly id: string;
  readonly page: string;
  readonly lines: BuildLines;
  readonly onNews: OnNews;
  readonly memory: Memory;
  readonly stop: AbortSignal;
  /** Aborted when the deployment has ended. */
  readonly over: AbortSignal;
  readonly hasFailed: () => boolean;
}

async function follow(deps: LogDeps, follower: Follower): Promise<void> {
  const { page, over } = follower;
  let fruitless = 0;
  for (let reconnects = 0; ; reconnects += 1) {
    const last = over.aborted;
    const { complete, fresh } = await readStream(deps, follower);
    if (complete || last) return;
    if (reconnects === MAX_RECONNECTS) {
      deps.log.info(`  │ … the build log broke off too often: the rest is at ${page}`);
      return;
    }
    fruitless = fresh > 0 ? 0 : fruitless + 1;
    if (!(await mayGoOn(deps.clock, follower, Math.min(FIRST_PAUSE_MS * 2 ** fruitless, MAX_PAUSE_MS)))) return;
  }
}

/** Waits before the next stream. False where there is to be none: of a deployment that is live, nobody misses the rest. */
async function mayGoOn(clock: Clock, { stop, over, hasFailed }: Follower, pauseMs: number): Promise<boolean> {
  const either = AbortSignal.any([stop, over]);
  if (!either.aborted) await clock.sleep(pauseMs, either).catch(() => undefined);
  return !stop.aborted && (!over.aborted || hasFailed());
}

/** One stream, to its end or to where it breaks off. */
async function readStream(
  { api, log }: LogDeps,
  { id, lines, onNews, memory, stop }: Follower,
): Promise<{ readonly complete: boolean; readonly fresh: number }> {
  let complete = false;
  let fresh = 0;
  const since = memory.begin();
  try {
    for await (const line of api.events(id, since, stop)) {
      const item = parse(line);
      if (!memory.isNew(item, line)) continue;
      fresh += 1;
      lines.show(item);
      if (!isNews(item)) continue;
      complete = true;
      onNews(readAliasError(item['aliasError']));
    }
  } catch (error) {
    if (!stop.aborted) log.debug(`build log: ${error instanceof Error ? error.message : 'broken off'}`);
  }
  return { complete, fresh };
}

function isNews({ type, info }: Json): boolean {
  if (type === 'alias-assigned') return true;
  return type === 'deployment-state' && isJson(info) && LAST_STATES.some((state) => state === info['readyState']);
}

function parse(line: string): Json {
  try {
    const item: unknown = JSON.parse(line);
    return isJson(item) ? item : {};
  } catch {
    return {};
  }
}
