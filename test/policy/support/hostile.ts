import type { ErrorCode } from '../../../src/errors.ts';
import { GOOD } from './policy.ts';

/** A policy file that must be refused, with every line of the refusal. */
export interface HostileFile {
  readonly name: string;
  readonly file: string | Uint8Array;
  readonly code: ErrorCode;
  readonly faults: readonly string[];
}

export function bad(name: string, file: HostileFile['file'], ...faults: readonly string[]): HostileFile {
  return { name, file, code: 'POLICY_INVALID', faults };
}

/** Good, but for another version of the pipe. */
export function unsupported(name: string, file: string, ...faults: readonly string[]): HostileFile {
  return { name, file, code: 'POLICY_UNSUPPORTED', faults };
}

/** The good policy with one thing changed. */
export function replace(from: string | RegExp, to: string): string {
  const text = GOOD.replace(from, () => to);
  if (text === GOOD) throw new Error(`nothing to replace: ${String(from)}`);
  return text;
}

/** The good policy with one more claim in its first grant. */
export function inWhen(line: string): string {
  return replace('      branchName:', `      ${line}\n      branchName:`);
}
