import type { HttpReply } from '../http/index.ts';
import type { Wire } from './vercel-api.ts';

/** For a list of names in an error: one repeat, and little patience. */
const GLANCE = { attempts: 2, timeoutMs: 5000, maxWaitMs: 1000 } as const;
/** Vercel's own bound on a page. */
const PAGE = '100';

/** Which way production moves. */
export type MoveKind = 'promote' | 'rollback';

/** The calls that move production from one deployment to another, and find which: any status is an answer. */
export interface ProductionApi {
  /** Asked once: a repeat may come after someone else's change, so the caller looks before it asks again. */
  move(kind: MoveKind, projectId: string, deploymentId: string, signal: AbortSignal): Promise<HttpReply>;
  /** Host names that the last such move could not take along; at most twenty. */
  unmoved(kind: MoveKind, projectId: string, signal: AbortSignal): Promise<HttpReply>;
  /**
   * A page of the project's deployments, of production alone or of every target, the newest first.
   * @param until of the page before it: its `pagination.next`
   */
  list(
    projectId: string,
    target: 'production' | undefined,
    until: number | undefined,
    signal: AbortSignal,
  ): Promise<HttpReply>;
}

export function productionCalls({ address, ask }: Wire): ProductionApi {
  const project = (version: string, id: string): string => `/${version}/projects/${encodeURIComponent(id)}`;
  return {
    move: (kind, projectId, deploymentId, signal) => {
      const path = `${project(MOVE_VERSION[kind], projectId)}/${kind}/${encodeURIComponent(deploymentId)}`;
      return ask({ method: 'POST', url: address(path), json: {}, repeatable: false }, signal);
    },
    unmoved: (kind, projectId, signal) => {
      const path = `${project(ALIASES_VERSION[kind], projectId)}/${kind}/aliases`;
      return ask({ method: 'GET', url: address(path, { failedOnly: 'true', limit: '20' }), ...GLANCE }, signal);
    },
    list: (projectId, target, until, signal) => {
      const query = {
        ...{ projectId, limit: PAGE },
        ...(target === undefined ? {} : { target }),
        ...(until === undefined ? {} : { until: String(until) }),
      };
      return ask({ method: 'GET', url: address('/v7/deployments', query) }, signal);
    },
  };
}

const MOVE_VERSION = { promote: 'v10', rollback: 'v1' } as const;
/** Of a rollback no other version is known than the one that Vercel's own client asks. */
const ALIASES_VERSION = { promote: 'v1', rollback: 'v9' } as const;
