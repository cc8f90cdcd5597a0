import type { ApiDoor } from '../exchange/types.ts';
import type { HttpClient, HttpReply } from '../http/index.ts';
import { createWire, type BearerSource } from './vercel-api.ts';

/** A project has at most 64 KiB of values. */
const MAX_ENVIRONMENT_BYTES = 1024 * 1024;

/** The calls that take deployments away, and tell what is built with: any status is an answer. */
export interface UpkeepApi {
  /** Deleting what is gone is answered by 404: a repeat does no harm. */
  remove(id: string, signal: AbortSignal): Promise<HttpReply>;
  /**
   * `GET /v3/env/pull/{project}/{target}[/{branch}]`: values in the clear. No repeat is spared: nothing else says so much.
   * @param target `production`, `preview`, or a custom environment's slug
   * @param branch whose own values go before those of every branch
   */
  environment(projectId: string, target: string, branch: string | undefined, signal: AbortSignal): Promise<HttpReply>;
}

export function createUpkeepApi(http: HttpClient, door: ApiDoor, teamId: string, bearerOf: BearerSource): UpkeepApi {
  const { address, ask } = createWire(http, door, teamId, bearerOf);
  return {
    remove: (id, signal) =>
      ask({ method: 'DELETE', url: address(`/v13/deployments/${encodeURIComponent(id)}`) }, signal),
    environment: (projectId, target, branch, signal) => {
      const parts = [projectId, target, ...(branch === undefined ? [] : [branch])].map(encodeURIComponent);
      const url = address(`/v3/env/pull/${parts.join('/')}`, { source: 'vercel-oidc-deploy' });
      return ask({ method: 'GET', url, maxBytes: MAX_ENVIRONMENT_BYTES }, signal);
    },
  };
}
