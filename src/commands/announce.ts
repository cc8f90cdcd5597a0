import { keepComment, putReport, setBuildStatus, type Told } from '../bitbucket/index.ts';
import type { PipeError } from '../errors.ts';
import type { ProxyName } from '../platform/types.ts';
import { describeAnnouncement, findPlace, findPullRequest, type End } from './announcement.ts';
import type { Asked } from './ask-bitbucket.ts';
import type { Run } from './run.ts';
import type { Story } from './story.ts';

/** Those that make or move a deployment. */
const TOLD = ['deploy', 'promote', 'rollback'];
const BITBUCKET = 'https://api.bitbucket.org';
const START_MS = 10_000;
/** The work is done; people wait for the step to end. */
const END_MS = 5000;
/** Of the five seconds that a stopped run has, 2.5 are for the deployment and one is for the record. */
const STOPPED_END_MS = 1200;

/** What people are told while a run goes on. */
export interface Announcing {
  readonly started: Promise<void>;
  /** Ends the beginning: a late one would take the place of the end. */
  readonly halt: AbortController;
  readonly heard: Heard;
}

/** What came of it, so that nothing is told twice in the log. */
interface Heard {
  /** Nobody is at the proxy. */
  absent: boolean;
  readonly refusals: Set<string>;
}

/**
 * Tells Bitbucket that the run has begun: a report on the commit, and with an access token a build status. It goes on
 * beside the chain, which never waits for it; nothing of it is ever thrown.
 */
export function announceStart(run: Run, story: Story, asked: Asked): void {
  if (!TOLD.includes(story.action)) return;
  const halt = new AbortController();
  const heard: Heard = { absent: false, refusals: new Set() };
  const signal = AbortSignal.any([run.signal, halt.signal, run.platform.clock.timeout(START_MS)]);
  const begin = async (): Promise<void> => {
    // The commit that Bitbucket names counts more than the one that a variable does.
    await Promise.race([asked.catch(() => undefined), aborted(signal)]);
    if (!signal.aborted) await tell(run, story, undefined, heard, signal);
  };
  story.announcing = { started: quietly(run, begin), halt, heard };
}

/** Tells how the run ended, in five seconds at most, and less for one that was stopped; nothing of it is ever thrown. */
export async function announceEnd(run: Run, story: Story, failure: PipeError | undefined): Promise<void> {
  const { announcing } = story;
  if (!announcing) return;
  const { clock } = run.platform;
  const { started, halt, heard } = announcing;
  const budgetMs = run.stop.aborted ? STOPPED_END_MS : END_MS;
  const signal = clock.timeout(budgetMs);
  // One that is still under way could arrive behind the end.
  await Promise.race([started, aborted(clock.timeout(budgetMs / 2))]);
  halt.abort();
  await quietly(run, () => tell(run, story, { failure }, heard, signal));
}

/** Side by side to all who can be told. */
async function tell(run: Run, story: Story, end: End | undefined, heard: Heard, signal: AbortSignal): Promise<void> {
  const place = findPlace(run, story);
  if (!place) return;
  const { config, http, platform } = run;
  const announcement = describeAnnouncement(run, story, end);
  const pullRequest = findPullRequest(run, story);
  const listen = (what: string, telling: Promise<Told>): Promise<void> =>
    hear(run, heard, { what, telling, last: end !== undefined }, signal);
  const proxy = config.after.codeInsights && !heard.absent ? findProxy(place.issuer) : undefined;
  const all = proxy
    ? [listen(`report on commit ${place.commit.slice(0, 12)}`, putReport(place, announcement, { http, proxy }, signal))]
    : [];
  const { bitbucketToken: accessToken, bitbucketApiUrl: apiUrl } = config;
  if (accessToken) {
    const deps = { http, clock: platform.clock, apiUrl, accessToken };
    all.push(listen('build status', setBuildStatus(place, announcement, pullRequest?.branch, deps, signal)));
    if (end && pullRequest) {
      const { id } = pullRequest;
      const telling = keepComment({ ...place, pullRequest: id }, announcement, deps, signal);
      all.push(listen(`comment on pull request ${id}`, telling));
    }
  }
  await Promise.all(all);
}

/** Bitbucket's proxy speaks for Bitbucket alone; a stand-in for it speaks for an issuer on this machine. */
function findProxy(issuer: string): ProxyName | undefined {
  const { origin, protocol } = new URL(issuer);
  if (origin === BITBUCKET) return 'bitbucket';
  return protocol === 'http:' ? 'sandbox' : undefined;
}

interface Telling {
  readonly what: string;
  readonly telling: Promise<Told>;
  /** True where nothing comes after it that could put it right. */
  readonly last: boolean;
}

/** A refusal is a warning, once: at the end it would be the same as at the beginning. */
async function hear(run: Run, heard: Heard, { what, telling, last }: Telling, signal: AbortSignal): Promise<void> {
  const { log } = run.platform;
  const told = await telling.catch((error: unknown) => {
    if (!signal.aborted) throw error;
    return undefined;
  });
  if (told === undefined) {
    log[last ? 'warn' : 'debug'](`No ${what}. Bitbucket did not answer in time.`);
  } else if ('done' in told) {
    log.debug(`bitbucket: ${what}`);
  } else if ('absent' in told) {
    log.debug(`bitbucket: no ${what}. ${told.absent}`);
    heard.absent = true;
  } else if (!heard.refusals.has(told.refusal)) {
    heard.refusals.add(told.refusal);
    log.warn(`No ${what}. ${told.refusal}`);
  }
}

/** Whatever goes wrong here is no fault of the deployment. */
async function quietly({ platform: { log } }: Run, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    log.debug(`bitbucket: ${error instanceof Error ? error.name : typeof error} while telling of the run`);
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
