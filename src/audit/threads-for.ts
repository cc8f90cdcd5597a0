import type { Threads } from '../platform/types.ts';
import type { AuditDeps } from './input.ts';

/** A thread that takes part costs as much as some thousand deployments. */
const WORTH_A_THREAD = 3000;

/** @returns undefined where there is no second core for one, or too little to do: deployments, or rows */
export function threadsFor(count: number, { threads, threadsFrom = WORTH_A_THREAD }: AuditDeps): Threads | undefined {
  return threads && threads.cores >= 2 && count >= threadsFrom ? threads : undefined;
}
