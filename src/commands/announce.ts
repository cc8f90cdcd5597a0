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
const SHORT_COMMIT = 12;

/** What people are told while a run goes on. */
export interface Announcing {
  readonly started: Promise<void>;
  /** Ends the beginning: a late one would take the place of the end. */
  readonly halt: AbortController;
  readonly proxy: ProxyState;
}

/** Whoever is not there at the beginning is not looked for at the end. */
interface ProxyState {
  absent: boolean;
}

/**
 * Tells Bitbucket that the run has begun: a report on the commit, and with an access token a build status. It goes on
 * beside the chain, which never waits for it; nothing of it is ever thrown, and a refusal is no news before the end.
 */
export function announceStart(run: Run, story: Story, asked: Asked): void {
  if (!TOLD.includes(story.action)) return;
  const { log, clock } = run.platform;
  const halt = new AbortController();
  const proxy: ProxyState = { absent: false };
  const signal = AbortSignal.any([run.signal, halt.signal, clock.timeout(START_MS)]);
  const begin = async (): Promise<void> => {
    // The commit that Bitbucket names counts more than the one that a variable does.
    await Promise.race([asked.catch(() => undefined), aborted(signal)]);
    if (signal.aborted) return;
    for (const refusal of await tell(run, story, undefined, proxy, signal)) log.debug(`bitbucket: no ${refusal}`);
  };
  story.announcing = { started: quietly(run, begin), halt, proxy };
}

/**
 * Tells how the run ended, in five seconds at most, and less for one that was stopped; nothing of it is ever thrown, and
 * all that is refused is one warning.
 */
export async function announceEnd(run: Run, story: Story, failure: PipeError | undefined): Promise<void> {
  const { announcing } = story;
  if (!announcing) return;
  const { log, clock } = run.platform;
  const { started, halt, proxy } = announcing;
  const signal = AbortSignal.any([clock.timeout(END_MS), afterStop(run)]);
  // One that is still under way could arrive behind the end.
  const late = clock.timeout(run.stop.aborted ? STOPPED_END_MS / 2 : END_MS / 2);
  await Promise.race([started, aborted(late), aborted(signal)]);
  halt.abort();
  await quietly(run, async () => {
    const refusals = await tell(run, story, { failure }, proxy, signal);
    if (refusals.length > 0) log.warn(`Bitbucket shows no ${refusals.join(' Nor a ')}`);
  });
}

/** Aborts a while after the user's stop, whenever that comes. */
function afterStop({ stop, platform: { clock } }: Run): AbortSignal {
  const over = new AbortController();
  const begin = (): void => {
    clock.timeout(STOPPED_END_MS).addEventListener('abort', () => over.abort(), { once: true });
  };
  if (stop.aborted) begin();
  else stop.addEventListener('abort', begin, { once: true });
  return over.signal;
}

/** Side by side to all who can be told. Gives what was refused, a sentence each that begins with what is missing. */
async function tell(
  run: Run,
  story: Story,
  end: End | undefined,
  proxy: ProxyState,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const place = findPlace(run, story);
  if (!place) return [];
  const { config, http, platform } = run;
  const announcement = describeAnnouncement(run, story, end);
  const pullRequest = findPullRequest(run, story);
  const all: Promise<string | undefined>[] = [];
  const listen = (what: string, telling: Promise<Told>): void =>
    void all.push(hear(run, { what, telling, proxy }, signal));
  const by = config.after.codeInsights && !proxy.absent ? findProxy(place.issuer) : undefined;
  if (by) {
    const what = `report on commit ${place.commit.slice(0, SHORT_COMMIT)}`;
    listen(what, putReport(place, announcement, { http, proxy: by }, signal));
  }
  const { bitbucketToken: accessToken, bitbucketApiUrl: apiUrl } = config;
  if (accessToken) {
    const deps = { http, clock: platform.clock, apiUrl, accessToken };
    listen('build status', setBuildStatus(place, announcement, pullRequest?.branch, deps, signal));
    if (end && pullRequest) {
      const { id } = pullRequest;
      listen(`comment on pull request ${id}`, keepComment({ ...place, pullRequest: id }, announcement, deps, signal));
    }
  }
  return (await Promise.all(all)).filter((refusal) => refusal !== undefined);
}

/** Bitbucket's proxy speaks for Bitbucket alone; a stand-in for it speaks for an issuer on this machine. */
export function findProxy(issuer: string): ProxyName | undefined {
  const { origin, protocol } = new URL(issuer);
  if (origin === BITBUCKET) return 'bitbucket';
  return protocol === 'http:' ? 'sandbox' : undefined;
}

interface Telling {
  readonly what: string;
  readonly telling: Promise<Told>;
  readonly proxy: ProxyState;
}

/** Undefined where it was told, or nobody is there to be told. */
async function hear(
  { platform: { log } }: Run,
  { what, telling, proxy }: Telling,
  signal: AbortSignal,
): Promise<string | undefined> {
  const told = await telling.catch((error: unknown): Told => {
    if (!signal.aborted) throw error;
    return { refusal: 'No answer came in time.' };
  });
  if ('refusal' in told) return `${what}. ${told.refusal}`;
  if ('absent' in told) proxy.absent = true;
  log.debug('absent' in told ? `bitbucket: no ${what}. ${told.absent}` : `bitbucket: ${what}`);
  return undefined;
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
