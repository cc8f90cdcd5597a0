import { PipeError } from '../errors.ts';
import { createHttpClient, type HttpClient } from '../http/index.ts';
import type { Platform } from '../platform/types.ts';
import type { Config } from '../variables/types.ts';
import { VERSION } from '../version.ts';

/** What every stage of one invocation shares. */
export interface Run {
  readonly config: Config;
  readonly platform: Platform;
  readonly http: HttpClient;
  /** Names this invocation in every file and in Vercel's `meta`. */
  readonly recordId: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  /** Ends with the user's stop or with `TIMEOUT`, whichever is first. */
  readonly signal: AbortSignal;
  /** The user's stop alone. */
  readonly stop: AbortSignal;
}

export function startRun(config: Config, platform: Platform, stop: AbortSignal): Run {
  const { network, clock, log, random } = platform;
  return {
    config,
    platform,
    http: createHttpClient({ network, clock, log, random, userAgent: `vercel-oidc-deploy/${VERSION}` }),
    recordId: random.uuid(),
    startedAt: clock.now(),
    signal: AbortSignal.any([stop, clock.timeout(config.timeoutMs)]),
    stop,
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
  log.done(name, describe(result), clock.now() - startedAt);
  return result;
}

/** Any failure as one of ours. What is unknown is a bug: its text may hold anything, so only its kind is told. */
export function toPipeError(error: unknown, run: Run): PipeError {
  if (error instanceof PipeError) return error;
  if (run.stop.aborted && run.stop.reason instanceof PipeError) return run.stop.reason;
  if (run.signal.aborted) {
    return new PipeError({
      code: 'TIMEOUT',
      message: 'The run took longer than TIMEOUT allows.',
      got: `more than ${String(run.config.timeoutMs / 1000)} s`,
      wanted: 'a deployment that is live by then',
      fix: "See the deployment's page on Vercel; raise TIMEOUT if its builds need longer.",
    });
  }
  return toInternalError(error);
}

export function toInternalError(error: unknown): PipeError {
  const name = error instanceof Error ? error.name : typeof error;
  const message = error instanceof Error ? error.message : '';
  return new PipeError({
    code: 'INTERNAL',
    message: 'The pipe met a case that it does not know. This is a bug in the pipe.',
    got: `${name} ${message}`.trim(),
    fix: 'Please report it with the log of a run with DEBUG: true.',
  });
}
