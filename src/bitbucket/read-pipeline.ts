import { PipeError } from '../errors.ts';
import { cleanText, describeReply, type HttpClient, type HttpReply } from '../http/index.ts';
import type { Clock } from '../platform/types.ts';
import type { Secret } from '../secret.ts';
import { toPipeline } from './to-pipeline.ts';
import type { PipelineAnswer, PipelineName } from './types.ts';

const LIMITS = { timeoutMs: 10_000, maxBytes: 256 * 1024, attempts: 3, maxWaitMs: 10_000 };
/** For all attempts: most grants do not need the answer, so no server's Retry-After may hold up a deployment. */
const BUDGET_MS = 30_000;

export interface PipelineDeps {
  readonly http: HttpClient;
  readonly clock: Clock;
  /** No trailing slash. */
  readonly apiUrl: string;
  readonly accessToken: Secret;
}

/**
 * `GET /2.0/repositories/{workspace}/{repository}/pipelines/{pipeline}`: the one read of the pipeline. A refusal is an
 * answer too, because only a grant that lists actors needs more. Rejects with the signal's reason alone.
 */
export async function readPipeline(
  name: PipelineName,
  { http, clock, apiUrl, accessToken }: PipelineDeps,
  signal: AbortSignal,
): Promise<PipelineAnswer> {
  const stranger = findStranger(apiUrl, name.issuer);
  if (stranger !== undefined) return { refusal: stranger };
  const parts = [name.workspaceUuid, name.repositoryUuid, name.pipelineUuid].map(toPathPart);
  const url = `${apiUrl}/2.0/repositories/${String(parts[0])}/${String(parts[1])}/pipelines/${String(parts[2])}`;
  const bounded = AbortSignal.any([signal, clock.timeout(BUDGET_MS)]);
  try {
    const request = { service: "Bitbucket's API", method: 'GET', url, bearer: accessToken, ...LIMITS } as const;
    return judge(await http.request({ ...request, signal: bounded }), name);
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

/** Bitbucket's paths want a UUID in braces, and those percent-encoded. */
function toPathPart(uuid: string): string {
  return encodeURIComponent(`{${uuid.replace(/^\{(.*)\}$/, '$1')}}`);
}

function judge(reply: HttpReply, name: PipelineName): PipelineAnswer {
  if (reply.status === 200) return toPipeline(reply.body, name);
  const hint = HINTS[reply.status];
  const scopes = readMissingScopes(reply.body);
  const told = [describeReply(reply), ...scopes, ...(hint === undefined ? [] : [hint])].join('; ');
  return { refusal: `Bitbucket's API refused to tell: ${told}.` };
}

const HINTS: Readonly<Record<number, string>> = {
  401: 'BITBUCKET_ACCESS_TOKEN is not valid any more, or is no access token of this repository or workspace',
  403: 'BITBUCKET_ACCESS_TOKEN needs the scope read:pipeline:bitbucket',
  404: 'BITBUCKET_ACCESS_TOKEN does not reach this repository, or the pipeline is gone',
};

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
