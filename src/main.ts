/**
 * The door: the only file that reads the process. It finds the command, hands over the environment as a value, and
 * sets the exit status. What a command needs is loaded after the first line is out.
 */
import { PipeError, type ExitStatus } from './errors.ts';
import { createNodePlatform } from './platform/index.ts';
import { VERSION } from './version.ts';

const { env, argv } = process;
const args = argv.slice(2);
const stop = new AbortController();

for (const [signal, code] of [
  ['SIGTERM', 'TERMINATED'],
  ['SIGINT', 'INTERRUPTED'],
] as const) {
  process.once(signal, () => {
    stop.abort(new PipeError({ code, message: `The run was stopped by ${signal}.` }));
  });
}

// Read before the variables are checked, because their faults are already log lines.
const platform = createNodePlatform({
  debug: env['DEBUG'] === 'true',
  format: env['LOG_FORMAT'] === 'json' ? 'json' : 'human',
  output: process.stdout,
  proxyUrl: env['HTTPS_PROXY'],
});

platform.log.info(`vercel-oidc-deploy ${VERSION}`);
process.exitCode = await start();
platform.network.close();
await platform.log.close();

async function start(): Promise<ExitStatus> {
  const { runCommand } = await import('./commands/index.ts');
  return runCommand({ args, environment: env, workingDir: process.cwd(), platform, stop: stop.signal });
}
