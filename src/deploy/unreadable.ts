import { PipeError } from '../errors.ts';

/**
 * An error of the file system as one that says what to change; anything else as it is.
 * @param source the file that was read, where the error may not name it
 */
export function toUnreadable(error: unknown, source?: string): unknown {
  const { code, path = source } = error as { readonly code?: unknown; readonly path?: unknown };
  if (error instanceof PipeError || typeof code !== 'string' || typeof path !== 'string') return error;
  return new PipeError({
    code: 'OUTPUT_INVALID',
    message: 'A file of the build output could not be read.',
    got: `${code} for ${path}`,
    wanted: 'a build output that this step may read, and that nothing changes while it is deployed',
    fix: 'Let the pipe be the only line of its step, then run the step again.',
  });
}
