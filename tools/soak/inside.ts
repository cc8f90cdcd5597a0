import { PassThrough } from 'node:stream';
import { runCommand } from '../../src/commands/index.ts';
import { PipeError } from '../../src/errors.ts';
import { createNodePlatform, type Log, type Platform } from '../../src/platform/index.ts';
import { createRandom } from '../histories/random.ts';
import type { RunClock } from './clock.ts';
import { watchNetwork } from './network.ts';
import type { Moment, RunPlan } from './types.ts';
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
  const texts: string[] = [];
  const stop = listenForStop(plan.stop);
  const real = openPlatform(world, environment, clock, texts);
  const network = watchNetwork(real.network, {
    ...{ sped: world.clock, clock, hang: plan.hang, onMoment: stop.onMoment },
  });
  let retries = 0;
  const debug: Log['debug'] = (message, fields) => {
    if (message.includes('; trying again in ')) retries += 1;
    real.log.debug(message, fields);
  };
  const random = createRandom(world.season.seed * 1000 + plan.index + 750);
  const chance = { uuid: () => real.random.uuid(), fraction: () => random.next() };
  const status = await runCommand({
    ...{ args: [], environment, workingDir: world.clone.directory, organisationFolder: NO_ORGANISATION },
    platform: { files: real.files, network, clock, log: { ...real.log, debug }, random: chance },
    stop: stop.signal,
    print: (text) => void texts.push(text),
  });
  const { requests, hung, exchanges, exchanged, open } = network.seen;
  const left = describeLeft(open, clock.sleepers());
  network.close();
  await real.log.close();
  clock.end();
  return {
    ...{ status, log: texts.join(''), stopped: stop.signal.aborted, stopMs: undefined, retries, requests, hung, left },
    lostTokens: exchanges - exchanged,
  };
}

function openPlatform(
  { served }: World,
  environment: Readonly<Record<string, string>>,
  clock: RunClock,
  texts: string[],
): Platform {
  const output = new PassThrough();
  output.setEncoding('utf8').on('data', (text: string) => void texts.push(text));
  return createNodePlatform({
    debug: environment['DEBUG'] === 'true',
    format: environment['LOG_FORMAT'] === 'json' ? 'json' : 'human',
    output,
    sandboxProxyUrl: served.proxyUrl,
    now: () => clock.now(),
  });
}

/** The user's stop, at the moment of the plan. */
function listenForStop(plan: RunPlan['stop']): {
  readonly signal: AbortSignal;
  readonly onMoment: (nth: number, moment: Moment) => void;
} {
  const stop = new AbortController();
  return {
    signal: stop.signal,
    onMoment(nth, moment) {
      if (!plan || nth !== plan.nth || moment !== plan.moment) return;
      stop.abort(new PipeError({ code: CODES[plan.signal], message: `The run was stopped by ${plan.signal}.` }));
    },
  };
}

function describeLeft(open: number, sleepers: number): string[] {
  return [
    ...(open > 0 ? [`${String(open)} answers not read to their end`] : []),
    ...(sleepers > 0 ? [`${String(sleepers)} sleepers`] : []),
  ];
}
