import type { ErrorCode } from '../errors.ts';

/** Where a code is explained: a page of the pipe's repository, and the heading on it. A test holds that each is there. */
export function helpOf(code: ErrorCode): string {
  return `docs/troubleshooting.md#${code.toLowerCase()}`;
}
