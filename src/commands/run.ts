import { elapsedSince } from '../elapsed.ts';
import { PipeError } from '../errors.ts';
import { createHttpClient, type HttpClient } from '../http/index.ts';
import type { Log, Platform } from '../platform/types.ts';
import type { Layer } from '../sources/types.ts';
import type { Config } from '../variables/types.ts';
import { VERSION } from '../version.ts';
import { tooLong, type Made } from './too-long.ts';
import { watchNetwork } from './trouble.ts';

/** What every stage of one invocation shares. */
export interface Run {
  readonly config: Config;
  readonly platform: Platform;
  readonly http: HttpClient;
  readonly organisation: Organisation;
  /** Names this invocation in every file and in Vercel's `meta`. */
  readonly recordId: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  /** Ends, with a PipeError, at the user's stop or at the deadline, whichever is first. */
  readonly signal: AbortSignal;
  /** The user's stop alone. */
  readonly stop: AbortSignal;
  readonly deadline: Deadline;
}

/** What the image brings with it: an organisation's own rules, below one folder. */
export interface Organisation {
  readonly layer: Layer;
  /** Absolute, without a trailing slash. */
  readonly folder: string;
}

export interface Deadline {
  /** Milliseconds since 1970. */
  readonly at: () => number;
  /** Brings it forward: to a moment before it, with the error that then ends the run. */
  shorten(at: number, error: PipeError): void;
  /** Gives what finds the deployment that the run has made: whoever meets the deadline looks there. */
  watch(findMade: () => Made | undefined): void;
}

export function startRun(
  config: Config,
  { platform, stop, organisation, command }: Pick<Run, 'platform' | 'stop' | 'organisation'> & { command: string },
): Run {
  const { clock, log, random } = platform;
  const { network, trouble } = watchNetwork(platform.network);
  const startedAt = clock.now();
  const timeout = new AbortController();
  let deadlineAt = Infinity;
  let findMade: () => Made | undefined = () => undefined;
  const endAt = (at: number, describe: () => PipeError): void => {
    if (at >= deadlineAt) return;
    deadlineAt = at;
    const end = (): void => timeout.abort(describe());
    clock.timeout(Math.max(0, at - clock.now())).addEventListener('abort', end, { once: true });
  };
  // What the run is at is known when its time is over.
  endAt(startedAt + config.timeoutMs, () =>
    tooLong({ command, timeoutMs: config.timeoutMs, made: findMade(), trouble: trouble() }),
  );
  return {
    config,
    platform,
    http: createHttpClient({
      ...{ network, clock, log, random },
      userAgent: `vercel-oidc-deploy/${VERSION}`,
      deadlineAt: () => deadlineAt,
    }),
    organisation,
    recordId: random.uuid(),
    startedAt,
    signal: AbortSignal.any([stop, timeout.signal]),
    stop,
    deadline: {
      at: () => deadlineAt,
      shorten: (at, error) => endAt(at, () => error),
      watch: (find) => void (findMade = find),
    },
  };
}

/** Runs one stage and logs it with its time. `describe` gives the line's text. */
export async function stage<T>(
  { platform: { clock, log } }: Run,
  name: string,
  work: () => Promise<T> | T,
  describe: (result: T) => string,
): Promise<T> {
  const startedAt = clock.now();
  const result = await work();
  log.done(name, describe(result), elapsedSince(clock, startedAt));
  return result;
}

/** Any failure as one of ours. What is unknown is a bug, unless the run was ended from outside: that breaks off anything. */
export function toPipeError(error: unknown, run: Run): PipeError {
  if (error instanceof PipeError) return error;
  if (run.signal.aborted && run.signal.reason instanceof PipeError) return run.signal.reason;
  return toInternalError(error, run.platform.log);
}

/** Its text may hold anything: log, record and notes take known secrets out of it. */
export function toInternalError(error: unknown, log: Log): PipeError {
  const name = error instanceof Error ? error.name : typeof error;
  const message = error instanceof Error ? error.message : '';
  // The one stack trace, and with DEBUG alone: where it happened is what a report of a bug must say.
  if (error instanceof Error) log.debug(`INTERNAL: ${error.stack ?? name}`);
  return new PipeError({
    code: 'INTERNAL',
    message: 'The pipe met a case that it does not know. This is a bug in the pipe.',
    got: `${name} ${message}`.trim(),
    fix: 'Please report it with the log of a run with DEBUG: true.',
  });
}

/** Both, to their ends; then the first that failed. */
export async function together<A, B>(work: readonly [Promise<A>, Promise<B>]): Promise<readonly [A, B]> {
  await Promise.allSettled(work);
  return Promise.all(work);
}
