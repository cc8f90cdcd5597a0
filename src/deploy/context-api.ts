import type { HttpReply } from '../http/index.ts';
import type { Wire } from './vercel-api.ts';

/** What is nice to know is worth no long wait: one repeat, and little patience with a server that wants it later. */
const GLANCE = { attempts: 2, timeoutMs: 5000, maxWaitMs: 1000, maxBytes: 2 * 1024 * 1024 } as const;
const LISTED_AT_MOST = '20';

/** The reads about a project that a record wants and a deployment can do without: any status is an answer. */
export interface ContextApi {
  settings(projectId: string, signal: AbortSignal): Promise<HttpReply>;
  /**
   * `GET /v10/projects/{id}/env`, never with `decrypt`: a reply holds values all the same, those of `plain` variables in
   * the clear. Every variable of the project, whatever its target; the team's shared ones have a list of their own.
   * @param until of the reply's `pagination.next`. Vercel's reference names it in the reply and no parameter for it;
   *   its Terraform provider sends this one.
   */
  variables(projectId: string, until: number | undefined, signal: AbortSignal): Promise<HttpReply>;
  customEnvironments(projectId: string, signal: AbortSignal): Promise<HttpReply>;
  /** The newest twenty, of every target or of production alone. */
  deployments(projectId: string, target: 'production' | undefined, signal: AbortSignal): Promise<HttpReply>;
}

export function contextCalls({ address, ask }: Wire): ContextApi {
  const get = (path: string, query: Readonly<Record<string, string>>, signal: AbortSignal): Promise<HttpReply> =>
    ask({ method: 'GET', url: address(path, query), ...GLANCE }, signal);
  const project = (id: string): string => `/v9/projects/${encodeURIComponent(id)}`;
  return {
    settings: (id, signal) => get(project(id), {}, signal),
    variables: (id, until, signal) => {
      const query: Record<string, string> = until === undefined ? {} : { until: String(until) };
      return get(`/v10/projects/${encodeURIComponent(id)}/env`, query, signal);
    },
    customEnvironments: (id, signal) => get(`${project(id)}/custom-environments`, {}, signal),
    deployments: (projectId, target, signal) => {
      const query = { projectId, limit: LISTED_AT_MOST, ...(target === undefined ? {} : { target }) };
      return get('/v7/deployments', query, signal);
    },
  };
}
