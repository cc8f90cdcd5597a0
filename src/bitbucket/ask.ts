import { PipeError } from '../errors.ts';
import { cleanText, describeReply, type HttpClient, type HttpReply, type HttpRequest } from '../http/index.ts';
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

/** What is asked of a repository beside a plain read. */
export type AskOptions = Pick<HttpRequest, 'method' | 'json' | 'attempts' | 'maxWaitMs' | 'repeatable'> & {
  readonly query?: Readonly<Record<string, string>>;
};

/**
 * `GET /2.0/repositories/{workspace}/{repository}/…`, or what the options say. Rejects with the signal's reason alone.
 * @param parts of the path, each to be encoded
 */
export async function askRepository(
  name: RepositoryName,
  parts: readonly string[],
  { http, clock, apiUrl, accessToken }: BitbucketDeps,
  signal: AbortSignal,
  { query, ...options }: AskOptions = { method: 'GET' },
): Promise<Asked> {
  const stranger = findStranger(apiUrl, name.issuer);
  if (stranger !== undefined) return { refusal: stranger };
  const search = query ? `?${new URLSearchParams(query).toString()}` : '';
  const url = `${apiUrl}/2.0/repositories/${pathOf(name, parts)}${search}`;
  const bounded = AbortSignal.any([signal, clock.timeout(BUDGET_MS)]);
  try {
    const request = { service: "Bitbucket's API", url, bearer: accessToken, ...LIMITS, ...options };
    return { reply: await http.request({ ...request, signal: bounded }) };
  } catch (error) {
    signal.throwIfAborted();
    return { refusal: describeFault(error) };
  }
}

/** `{workspace}/{repository}/…`, encoded. */
export function pathOf(
  { workspaceUuid, repositoryUuid }: Pick<RepositoryName, 'workspaceUuid' | 'repositoryUuid'>,
  parts: readonly string[],
): string {
  return [toBraces(workspaceUuid), toBraces(repositoryUuid), ...parts].map(encodeURIComponent).join('/');
}

/** Why no answer came, as one sentence. */
export function describeFault(error: unknown): string {
  const reason = error instanceof PipeError ? `${error.message} ${error.got ?? ''}`.trim() : 'no answer in time';
  return `${reason}.`.replace(/\.\.$/, '.');
}

/**
 * The address comes from a variable, which whoever edits the pipeline can set. Only the host that issued the token may
 * say who started its pipeline, and only that host gets the access token.
 */
export function findStranger(apiUrl: string, issuer: string): string | undefined {
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
 * @param act what it did instead
 */
export function describeRefusal(
  reply: HttpReply,
  hints: Readonly<Record<number, string>>,
  act = 'refused to tell',
): string {
  const hint = hints[reply.status];
  const told = [describeReply(reply), ...readMissingScopes(reply.body), ...(hint === undefined ? [] : [hint])];
  return `Bitbucket's API ${act}: ${told.join('; ')}.`;
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
