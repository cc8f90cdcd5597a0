import { PipeError } from '../errors.ts';
import { cleanText, describeReply, type HttpClient, type HttpReply } from '../http/index.ts';
import type { Clock } from '../platform/types.ts';
import type { Secret } from '../secret.ts';

const LIMITS = { timeoutMs: 10_000, maxBytes: 256 * 1024, attempts: 3, maxWaitMs: 10_000 };
/** For all attempts: most who ask can do without the answer, so no server's Retry-After may hold them up. */
const BUDGET_MS = 30_000;

/** Whose repository is asked about, and who issued the token that says so. */
export interface RepositoryName {
  readonly issuer: string;
  readonly workspaceUuid: string;
  readonly repositoryUuid: string;
}

export interface BitbucketDeps {
  readonly http: HttpClient;
  readonly clock: Clock;
  /** No trailing slash. */
  readonly apiUrl: string;
  readonly accessToken: Secret;
}

/** Any status is an answer; `refusal` says, as one sentence, why there is none. */
export type Asked = { readonly reply: HttpReply } | { readonly refusal: string };

/**
 * `GET /2.0/repositories/{workspace}/{repository}/…`. Rejects with the signal's reason alone.
 * @param parts of the path, each to be encoded
 */
export async function askRepository(
  name: RepositoryName,
  parts: readonly string[],
  { http, clock, apiUrl, accessToken }: BitbucketDeps,
  signal: AbortSignal,
): Promise<Asked> {
  const stranger = findStranger(apiUrl, name.issuer);
  if (stranger !== undefined) return { refusal: stranger };
  const path = [toBraces(name.workspaceUuid), toBraces(name.repositoryUuid), ...parts].map(encodeURIComponent);
  const url = `${apiUrl}/2.0/repositories/${path.join('/')}`;
  const bounded = AbortSignal.any([signal, clock.timeout(BUDGET_MS)]);
  try {
    const request = { service: "Bitbucket's API", method: 'GET', url, bearer: accessToken, ...LIMITS } as const;
    return { reply: await http.request({ ...request, signal: bounded }) };
  } catch (error) {
    signal.throwIfAborted();
    const reason = error instanceof PipeError ? `${error.message} ${error.got ?? ''}`.trim() : 'no answer in time';
    return { refusal: `${reason}.`.replace(/\.\.$/, '.') };
  }
}

/**
 * The address comes from a variable, which whoever edits the pipeline can set. Only the host that issued the token may
 * say who started its pipeline, and only that host gets the access token.
 */
function findStranger(apiUrl: string, issuer: string): string | undefined {
  const [asked, own] = [new URL(apiUrl).origin, new URL(issuer).origin];
  return asked === own ? undefined : `BITBUCKET_API_URL is at ${asked}, and the token was issued by ${own}: not asked.`;
}

/** Bitbucket's paths want a UUID in braces. */
export function toBraces(uuid: string): string {
  return `{${uuid.replace(/^\{(.*)\}$/, '$1')}}`;
}

/**
 * An answer that is no 200, as one sentence.
 * @param hints what a status means for what was asked
 */
export function describeRefusal(reply: HttpReply, hints: Readonly<Record<number, string>>): string {
  const hint = hints[reply.status];
  const told = [describeReply(reply), ...readMissingScopes(reply.body), ...(hint === undefined ? [] : [hint])];
  return `Bitbucket's API refused to tell: ${told.join('; ')}.`;
}

export const NOT_VALID =
  'BITBUCKET_ACCESS_TOKEN is not valid any more, or is no access token of this repository or workspace';

/** `error.detail.required` of a 403: the scopes that the token lacks. */
function readMissingScopes(body: unknown): string[] {
  const { error } = (body ?? {}) as { error?: { detail?: { required?: unknown } } | null };
  const required = error?.detail?.required;
  if (!Array.isArray(required)) return [];
  return [
    `wanted scope ${required
      .slice(0, 5)
      .map((scope) => cleanText(scope, 60))
      .join(', ')}`,
  ];
}
