import { PipeError, type ErrorCode } from '../errors.ts';

/** Said where others write in the folder while it is deployed. */
const ALONE = 'Let the pipe be the only line of its step, then run the step again.';

/** An error of the file system, while nothing has been sent, as one that says what to change; anything else as it is. */
export function toUnreadable(error: unknown): unknown {
  return explain(error, undefined, 'OUTPUT_INVALID');
}

/**
 * The same of a file that could be read when it was looked at. By then tokens may have been sent, so it is no longer a
 * mere wrong input.
 * @param source the file that was read, where the error may not name it
 */
export function toChanged(error: unknown, source?: string): unknown {
  return explain(error, source, 'OUTPUT_CHANGED');
}

/** @param got what is there now, instead of what was looked at */
export function changed(got: string): PipeError {
  return new PipeError({
    code: 'OUTPUT_CHANGED',
    message: 'A file changed while it was deployed.',
    got,
    wanted: 'files that nothing changes while they are deployed',
    fix: ALONE,
  });
}

function explain(error: unknown, source: string | undefined, code: ErrorCode): unknown {
  const { code: word, path = source } = error as { readonly code?: unknown; readonly path?: unknown };
  if (error instanceof PipeError || typeof word !== 'string' || typeof path !== 'string') return error;
  return new PipeError({
    code,
    message: 'A file of the build output could not be read.',
    got: word === 'NOT_PLAIN' ? `a link on the way to ${path}, or no plain file there` : `${word} for ${path}`,
    wanted: 'a build output that this step may read, and that nothing changes while it is deployed',
    fix: ALONE,
  });
}
