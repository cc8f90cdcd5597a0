import { PipeError } from '../errors.ts';

/** An error of the file system as one that says what to change; anything else as it is. */
export function toUnreadable(error: unknown): unknown {
  const { code, path } = error as { readonly code?: unknown; readonly path?: unknown };
  if (error instanceof PipeError || typeof code !== 'string' || typeof path !== 'string') return error;
  return new PipeError({
    code: 'OUTPUT_INVALID',
    message: 'A file of the build output could not be read.',
    got: `${code} for ${path}`,
    wanted: 'a build output that this step may read, and that nothing changes while it is deployed',
    fix: 'Let the pipe be the only line of its step, then run the step again.',
  });
}
