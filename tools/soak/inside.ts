import { PassThrough } from 'node:stream';
import { runCommand } from '../../src/commands/index.ts';
import { PipeError } from '../../src/errors.ts';
import { createNodePlatform } from '../../src/platform/index.ts';
import { createRandom } from '../histories/random.ts';
import { watchNetwork } from './network.ts';
import type { RunPlan } from './types.ts';
import type { World } from './world.ts';

/** What a run does when it has ended, whichever way it was run. */
export interface Ended {
  readonly status: number | string;
  readonly log: string;
  readonly stopped: boolean;
  readonly stopMs: number | undefined;
  readonly retries: number;
  readonly requests: number;
  readonly hung: number;
  readonly lostTokens: number;
  readonly left: readonly string[];
}

const NO_ORGANISATION = '/nonexistent/vercel-oidc-deploy';
const CODES = { SIGTERM: 'TERMINATED', SIGINT: 'INTERRUPTED', SIGKILL: 'TERMINATED' } as const;

/** The whole pipe in this process: its own network, files and log, and the clock of the world. */
export async function runInside(
  world: World,
  plan: RunPlan,
  environment: Readonly<Record<string, string>>,
): Promise<Ended> {
  const clock = world.clock.startRun();
  const stop = new AbortController();
  const output = new PassThrough();
  const texts: string[] = [];
  output.setEncoding('utf8').on('data', (text: string) => void texts.push(text));
  const real = createNodePlatform({
    debug: environment['DEBUG'] === 'true',
    format: environment['LOG_FORMAT'] === 'json' ? 'json' : 'human',
    output,
    sandboxProxyUrl: world.served.proxyUrl,
    now: clock.now,
  });
  let [stopped, retries] = [false, 0];
  const network = watchNetwork(real.network, {
    ...{ sped: world.clock, clock, hang: plan.hang },
    onMoment(nth, moment) {
      if (stopped || nth !== plan.stop?.nth || moment !== plan.stop.moment) return;
      stopped = true;
      const { signal } = plan.stop;
      stop.abort(new PipeError({ code: CODES[signal], message: `The run was stopped by ${signal}.` }));
    },
  });
  const debug = (message: string, fields?: Parameters<typeof real.log.debug>[1]): void => {
    if (message.includes('; trying again in ')) retries += 1;
    real.log.debug(message, fields);
  };
  const random = createRandom(world.season.seed * 1000 + plan.index + 750);
  const status = await runCommand({
    ...{ args: [], environment, workingDir: world.clone.directory, organisationFolder: NO_ORGANISATION },
    platform: { ...real, network, clock, log: { ...real.log, debug }, random: { ...real.random, fraction: random.next } },
    stop: stop.signal,
    print: (text) => void texts.push(text),
  });
  const { seen } = network;
  const left = describeLeft(seen.open, clock.sleepers());
  network.close();
  await real.log.close();
  clock.end();
  const { requests, hung, exchanges, exchanged } = seen;
  return {
    ...{ status, log: texts.join(''), stopped, stopMs: undefined, retries, requests, hung, left },
    lostTokens: exchanges - exchanged,
  };
}

function describeLeft(open: number, sleepers: number): string[] {
  return [
    ...(open > 0 ? [`${String(open)} answers not read to their end`] : []),
    ...(sleepers > 0 ? [`${String(sleepers)} sleepers`] : []),
  ];
}
