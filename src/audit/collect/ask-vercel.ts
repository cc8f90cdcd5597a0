import { describeReply } from '../../http/index.ts';
import { failed, PATIENCE } from './limits.ts';
import type { VercelDeps } from './types.ts';

export type VercelAnswer = { readonly body: unknown } | { readonly refused: string; readonly status: number };

export interface VercelQuestion {
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** What is asked for, and what a credential needs for it: words for the sentence of a refusal. */
  readonly what: string;
  readonly needs: string;
}

/**
 * One `GET` of Vercel's API. 401, 403, 404 and 410 are answers.
 * @throws {PipeError} `RATE_LIMITED`, `SERVICE_FAILED`, `NETWORK`, or what getting the bearer throws
 */
export async function askVercel(
  { http, door, bearerOf }: VercelDeps,
  teamId: string,
  { path, query, what, needs }: VercelQuestion,
  signal: AbortSignal,
): Promise<VercelAnswer> {
  const reply = await http.request({
    ...{ service: 'Vercel', method: 'GET', signal, ...PATIENCE },
    url: `${door.url}${path}?${new URLSearchParams({ ...query, teamId }).toString()}`,
    authorization: door.authorization,
    bearer: await bearerOf(signal),
  });
  if (reply.status === 200) return { body: reply.body };
  if (![401, 403, 404, 410].includes(reply.status)) throw failed('Vercel', what, reply);
  const refused = `Vercel refused ${what} (${describeReply(reply)}): the credential needs ${needs}.`;
  return { refused, status: reply.status };
}
