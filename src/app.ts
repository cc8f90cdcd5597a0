/**
 * The door: beside `platform/` the only file that reads the process. It hands over arguments and environment as values,
 * and sets the exit status. What a command needs is loaded after the first line is out.
 */
import { PipeError, type ExitStatus } from './errors.ts';
import { createNodePlatform, nodeFiles, serveThread, THREAD } from './platform/index.ts';
import type { Platform } from './platform/types.ts';
import { VERSION } from './version.ts';

/** Files that a platform team puts into an image of its own. */
const ORGANISATION_FOLDER = '/etc/vercel-oidc-deploy';

/**
 * Runs the command that the process was started for. The exit status is set; the caller has nothing to do.
 * @param program absolute path of the script that was started; undefined where it cannot be started as a thread
 */
export async function run(program?: string): Promise<void> {
  const { env, argv } = process;
  if (argv[2] === THREAD && (await runThread())) return;
  const asked = argv[2] ?? env['COMMAND'] ?? '';
  // Read before the variables are checked, because their faults are already log lines.
  const platform = createNodePlatform({
    debug: env['DEBUG'] === 'true',
    format: env['LOG_FORMAT'] === 'json' ? 'json' : 'human',
    // What these print may be sent into a file: no line of the log belongs there.
    output: /^(?:policy|verify)\b/.test(asked) ? process.stderr : process.stdout,
    proxyUrl: env['HTTPS_PROXY'],
    // Taken for a loopback address alone, and asked only by a step whose issuer is on one.
    sandboxProxyUrl: env['SANDBOX_BITBUCKET_PROXY'],
    program,
  });
  const stop = listenForStop();

  // It has the version, too, and a script that asks for that reads one line.
  if (!/^(?:--)?version$/.test(asked)) platform.log.info(firstLine(platform.clock.now()));
  process.exitCode = await start(platform, stop);
  platform.network.close();
  await platform.log.close();
}

async function runThread(): Promise<boolean> {
  const { threadWorks } = await import('./commands/threads.ts');
  return serveThread(threadWorks(nodeFiles));
}

/** The lines after it have the time of day alone. */
export function firstLine(now: number): string {
  return `vercel-oidc-deploy ${VERSION}, ${new Date(now).toISOString().slice(0, 10)} (all times are UTC)`;
}

function listenForStop(): AbortSignal {
  const stop = new AbortController();
  for (const [signal, code] of [
    ['SIGTERM', 'TERMINATED'],
    ['SIGINT', 'INTERRUPTED'],
  ] as const) {
    // Not once: a second signal would then end the process in the midst of its cleaning up. Ctrl-C of a clone brings two,
    // from the terminal and from `main.ts`. What is abandoned keeps its first reason, and ends within seconds by itself.
    process.on(signal, () => {
      stop.abort(new PipeError({ code, message: `The run was stopped by ${signal}.` }));
    });
  }
  return stop.signal;
}

async function start(platform: Platform, stop: AbortSignal): Promise<ExitStatus> {
  const { runCommand } = await import('./commands/index.ts');
  const { argv, env } = process;
  return runCommand({
    ...{ args: argv.slice(2), environment: env, workingDir: process.cwd(), platform, stop },
    organisationFolder: ORGANISATION_FOLDER,
    print: (text) => void process.stdout.write(text),
  });
}
