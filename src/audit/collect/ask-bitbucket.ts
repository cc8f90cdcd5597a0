import { describeRefusal, findStranger, pathOf } from '../../bitbucket/index.ts';
import { readRetryDelay, type HttpReply } from '../../http/index.ts';
import { failed, PATIENCE } from './limits.ts';
import type { AuditedRepository, BitbucketReadDeps } from './types.ts';

const HOUR_MS = 60 * 60_000;
const MINUTE_MS = 60_000;
const USUAL_LIMIT = 1000;

export type BitbucketAnswer =
  { readonly status: number; readonly body: unknown } | { readonly refused: string; readonly status?: number };

/** One `GET` below a repository. */
export interface BitbucketQuestion {
  readonly repository: AuditedRepository;
  /** Of the path, each to be encoded. */
  readonly parts: readonly string[];
  readonly query?: string;
  /** What the access token needs for it. */
  readonly scope: string;
  /** Beside 200: what is no refusal here. */
  readonly also?: readonly number[];
}

export interface BitbucketReader {
  /** @throws {PipeError} `RATE_LIMITED`, `SERVICE_FAILED` or `NETWORK` */
  ask(question: BitbucketQuestion, signal: AbortSignal): Promise<BitbucketAnswer>;
}

/**
 * Asks one question after another. While Bitbucket says that its limit is near (a fifth of it is left), they go at the
 * pace at which it comes back, so that others who use the same one get through; a limit that is used up is waited out.
 */
export function createBitbucketReader(deps: BitbucketReadDeps): BitbucketReader {
  const { http, clock, apiUrl, accessToken } = deps;
  let notBefore = 0;
  let pauseMs = 0;
  return {
    ask: async ({ repository, parts, query = '', scope, also = [] }, signal) => {
      const stranger = findStranger(apiUrl, repository.issuer);
      if (stranger !== undefined) return { refused: stranger };
      if (!accessToken) return { refused: `BITBUCKET_ACCESS_TOKEN is missing: set one with the scope ${scope}.` };
      // No longer than was asked for, also where the clock was set back meanwhile.
      const wait = Math.min(notBefore - clock.now(), pauseMs);
      if (wait > 0) await clock.sleep(wait, signal);
      const address = addressOf(apiUrl, { repository, parts });
      const url = query === '' ? address : `${address}?${query}`;
      const request = {
        service: "Bitbucket's API",
        method: 'GET',
        url,
        bearer: accessToken,
        signal,
        ...PATIENCE,
      } as const;
      const reply = await untilFree(deps, signal, () => http.request(request));
      pauseMs = pauseAfter(deps, reply);
      notBefore = clock.now() + pauseMs;
      if (reply.status === 200 || also.includes(reply.status)) return { status: reply.status, body: reply.body };
      if (![401, 403, 404, 410].includes(reply.status))
        throw failed("Bitbucket's API", address.slice(apiUrl.length), reply);
      return { refused: describeRefusal(reply, hintsFor(scope)), status: reply.status };
    },
  };
}

/** Without a query. */
export function addressOf(
  apiUrl: string,
  { repository, parts }: Pick<BitbucketQuestion, 'repository' | 'parts'>,
): string {
  return `${apiUrl}/2.0/repositories/${pathOf(repository, parts)}`;
}

/** A 429 of Bitbucket's may say nothing of when to come again: its window is an hour, and moves on all the time. */
async function untilFree(
  { clock, log, deadlineAt = () => Infinity }: BitbucketReadDeps,
  signal: AbortSignal,
  ask: () => Promise<HttpReply>,
): Promise<HttpReply> {
  const end = Math.min(deadlineAt(), clock.now() + PATIENCE.maxWaitMs);
  for (;;) {
    const reply = await ask();
    const now = clock.now();
    if (reply.status !== 429 || readRetryDelay(reply, now) !== undefined || now + MINUTE_MS >= end) return reply;
    log.debug("Bitbucket's rate limit is used up: asking again in a minute");
    await clock.sleep(MINUTE_MS, signal);
  }
}

/** Milliseconds until the next question: an hour's limit spread over the hour, while it is said to be near. */
function pauseAfter({ log }: BitbucketReadDeps, { headers }: HttpReply): number {
  if (headers['x-ratelimit-nearlimit']?.toLowerCase() !== 'true') return 0;
  const limit = Number(headers['x-ratelimit-limit']);
  const pause = Math.round(HOUR_MS / (limit >= 1 ? limit : USUAL_LIMIT));
  log.debug(`Bitbucket's rate limit is near: the next request waits ${String(pause)} ms`);
  return pause;
}

function hintsFor(scope: string): Readonly<Record<number, string>> {
  return {
    401: `BITBUCKET_ACCESS_TOKEN is not valid any more, or is of another workspace; it needs the scope ${scope}`,
    403: `BITBUCKET_ACCESS_TOKEN needs the scope ${scope}`,
    404: `BITBUCKET_ACCESS_TOKEN does not reach this repository, or it is gone; it needs the scope ${scope}`,
  };
}
