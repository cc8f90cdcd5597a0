import type { ExitStatus } from '../errors.ts';
import type { Platform } from '../platform/types.ts';
import type { Environment } from '../variables/index.ts';
import { runDrift } from './policy-drift.ts';
import { runRender, runRenew, runSign, runTest } from './policy-files.ts';
import { readPolicyOptions } from './policy-options.ts';

export interface PolicyInvocation {
  /** The words after `policy`. */
  readonly args: readonly string[];
  readonly environment: Environment;
  readonly workingDir: string;
  readonly platform: Platform;
  /** Aborted with a PipeError when the user stops the run. */
  readonly stop: AbortSignal;
  /** Writes a text as it is to the standard output: what is asked for is no line of a log. */
  readonly print: (text: string) => void;
}

/** `policy render|drift|sign|renew|test`: the policy file seen from outside of a run. Files are written only when asked. */
export async function runPolicy(invocation: PolicyInvocation): Promise<ExitStatus> {
  const options = readPolicyOptions(invocation.args, invocation.workingDir);
  switch (options.verb) {
    case 'render':
      return runRender(options, invocation);
    case 'drift':
      return runDrift(options, invocation);
    case 'sign':
      return runSign(options, invocation);
    case 'renew':
      return runRenew(options, invocation);
    case 'test':
      return runTest(options, invocation);
  }
}
