import { PipeError, type ExitStatus } from '../errors.ts';
import type { Platform } from '../platform/types.ts';
import { parseVariables, type Environment } from '../variables/index.ts';
import { toInternalError } from './run.ts';

export interface Invocation {
  /** The command line after the program's name. */
  readonly args: readonly string[];
  readonly environment: Environment;
  readonly workingDir: string;
  readonly platform: Platform;
  /** Aborted with a PipeError when the user stops the run. */
  readonly stop: AbortSignal;
}

/** What a user can ask for. Every end is a status and a line in the log; nothing is thrown. */
export async function runCommand(invocation: Invocation): Promise<ExitStatus> {
  try {
    return await dispatch(invocation);
  } catch (error) {
    const failure = error instanceof PipeError ? error : toInternalError(error);
    invocation.platform.log.error(failure.describe(), { code: failure.code });
    return failure.exitStatus;
  }
}

async function dispatch({ args, environment, workingDir, platform, stop }: Invocation): Promise<ExitStatus> {
  const [first, ...rest] = args;
  const command = first ?? environment['COMMAND'] ?? 'deploy';
  switch (command) {
    case '': // There, but empty: the variables' check says so.
    case 'deploy': {
      const config = parseVariables({ ...environment, COMMAND: command }, workingDir);
      const { runDeploy } = await import('./deploy.ts');
      return runDeploy(config, platform, stop);
    }
    case 'verify': {
      const { runVerify } = await import('./verify.ts');
      return runVerify(rest, workingDir, platform);
    }
    default:
      throw new PipeError({
        code: 'USAGE',
        message: 'This version does not know the command.',
        got: JSON.stringify(command.slice(0, 40)),
        wanted: 'deploy or verify',
        fix: 'Set COMMAND, or remove it: deploy is the default.',
      });
  }
}
