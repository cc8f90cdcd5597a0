import { PipeError, type ExitStatus } from '../errors.ts';
import type { Platform } from '../platform/types.ts';
import { parseVariables, type Environment } from '../variables/index.ts';
import { VERSION } from '../version.ts';
import { startRun, toInternalError, type Run } from './run.ts';

export interface Invocation {
  /** The command line after the program's name. */
  readonly args: readonly string[];
  readonly environment: Environment;
  readonly workingDir: string;
  /** Where an organisation's image has its own rules. Never from a variable: they are not to be overridden. */
  readonly organisationFolder: string;
  readonly platform: Platform;
  /** Aborted with a PipeError when the user stops the run. */
  readonly stop: AbortSignal;
  /** Writes a result as it is to the standard output: no line of the log. */
  readonly print: (text: string) => void;
}

/** What a user can ask for. Every end is a status and a line in the log; nothing is thrown. */
export async function runCommand(invocation: Invocation): Promise<ExitStatus> {
  try {
    return await dispatch(invocation);
  } catch (error) {
    const { log } = invocation.platform;
    const failure = error instanceof PipeError ? error : toInternalError(error, log);
    const { tellFailure } = await import('./failure.ts');
    tellFailure(log, failure);
    return failure.exitStatus;
  }
}

const HELP_FLAGS = ['--help', '-h'];
const VERSION_WORDS = ['version', '--version'];

/** What needs the variables and takes no words, each loaded only when it is asked for. */
const RUN_COMMANDS: Readonly<Record<string, () => Promise<(run: Run) => Promise<ExitStatus>>>> = {
  // There, but empty: the variables' check says so.
  '': async () => (await import('./deploy.ts')).runDeploy,
  deploy: async () => (await import('./deploy.ts')).runDeploy,
  doctor: async () => (await import('./doctor.ts')).runDoctor,
  cleanup: async () => (await import('./cleanup.ts')).runCleanup,
  pull: async () => (await import('./pull.ts')).runPull,
  promote: async () => (await import('./promote.ts')).runPromote,
  rollback: async () => (await import('./rollback.ts')).runRollback,
  smoke: async () => (await import('./smoke.ts')).runSmokeTest,
};

async function dispatch(invocation: Invocation): Promise<ExitStatus> {
  const { args, environment, workingDir, organisationFolder, platform, stop, print } = invocation;
  const words = args.length > 0 ? args : splitWords(environment['COMMAND'] ?? 'deploy');
  const [command = '', ...rest] = words;
  // Whatever it follows: who asks for help wants nothing done.
  if (command === 'help' || words.some((word) => HELP_FLAGS.includes(word))) return printHelp(words, invocation);
  if (VERSION_WORDS.includes(command) && rest.length === 0) return printVersion(invocation);
  // By its own names alone: `valueOf` is one that every object has.
  const work = Object.hasOwn(RUN_COMMANDS, command) ? RUN_COMMANDS[command] : undefined;
  if (work) {
    if (rest.length > 0) throw (await import('./no-words.ts')).refuseWords(command, rest);
    return (await work())(await prepareRun(invocation, command));
  }
  switch (command) {
    case 'verify': {
      const { runVerify } = await import('./verify.ts');
      return runVerify({ args: rest, workingDir, platform, stop, print });
    }
    case 'audit': {
      const { runAudit } = await import('./audit.ts');
      return runAudit({ args: rest, environment, workingDir, organisationFolder, platform, stop });
    }
    case 'policy': {
      const { runPolicy } = await import('./policy.ts');
      return runPolicy({ args: rest, environment, workingDir, platform, stop, print });
    }
    default:
      throw await unknownCommand(command, args.length > 0);
  }
}

async function unknownCommand(command: string, onLine: boolean): Promise<PipeError> {
  const { hideValue, quoteWord } = await import('./words.ts');
  const others = ['policy', 'verify', 'audit', 'help', 'version'];
  return new PipeError({
    code: 'USAGE',
    message: 'This version does not know the command.',
    got: quoteWord(hideValue(command)),
    wanted: [...Object.keys(RUN_COMMANDS).filter((name) => name !== ''), ...others].join(', '),
    fix: onLine
      ? 'Write one of these as the first word: `help` lists what they do.'
      : 'Set COMMAND, or remove it: deploy is the default.',
  });
}

async function printHelp(words: readonly string[], { print }: Invocation): Promise<ExitStatus> {
  const { helpFor } = await import('./usage.ts');
  print(await helpFor(words.filter((word) => word !== 'help' && !HELP_FLAGS.includes(word))));
  return 0;
}

function printVersion({ print }: Invocation): ExitStatus {
  print(`${VERSION}\n`);
  return 0;
}

/** In a pipe there is no command line: `COMMAND: policy drift` holds the words. */
function splitWords(text: string): readonly string[] {
  return text.trim().split(/\s+/);
}

/** A run of what the variables ask for, under what the organisation's image has put in place. */
async function prepareRun(invocation: Invocation, command: string): Promise<Run> {
  const { environment, workingDir, platform, stop, organisationFolder: folder } = invocation;
  const { readLayer } = await import('../sources/index.ts');
  const layer = await readLayer(platform.files, folder);
  const config = parseVariables({ ...environment, COMMAND: command }, workingDir, layer.defaults);
  return startRun(config, { platform, stop, command, organisation: { layer, folder } });
}
