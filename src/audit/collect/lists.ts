import type { Scope } from '../types.ts';
import type { VercelQuestion } from './ask-vercel.ts';
import type { Timed } from './time-pages.ts';
import { toDeployment } from './to-deployment.ts';
import { CHANGE_TYPES, toEvent, toTokenEvent, TOKEN_TYPES } from './to-event.ts';
import { SPOOLED } from './types.ts';

/** A deployment and the event of its birth do not have one time: those of a deployment at the edge are read too. */
const EDGE_MS = 60_000;
/** A token lives for an hour at most, and is made before it deploys. */
const TOKEN_AGE_MS = 2 * 60 * 60_000;

/** An item with what becomes a line of the spool. */
export interface Found extends Timed {
  readonly value: object;
}

/** One of Vercel's lists: how it is asked for, and what of it counts. Milliseconds since 1970; `until` is not in it. */
export interface Listing {
  /** Its population in the spool. */
  readonly name: string;
  readonly member: 'deployments' | 'events';
  readonly since: number;
  readonly until: number;
  /** @param part id of a project, or empty for all of them */
  readonly question: (part: string) => VercelQuestion;
  /** Undefined without an id or a time. */
  readonly read: (item: unknown, part: string) => (Found & { readonly counts: boolean }) | undefined;
}

export function deploymentList({ projectIds, since, until }: Scope): Listing {
  return {
    ...{ name: SPOOLED.deployments, member: 'deployments', since, until },
    question: (part) => ({
      path: '/v7/deployments',
      query: part === '' ? {} : { projectId: part },
      what: part === '' ? 'the list of deployments' : `the list of deployments of ${part}`,
      needs: `to be valid, and to read the deployments of ${part === '' ? 'the whole team' : 'that project'}`,
    }),
    read: (item, part) => {
      const value = toDeployment(item, part === '' ? undefined : part);
      if (!value) return undefined;
      return { id: value.id, at: value.createdAt, value, counts: isIn(projectIds, value.projectId) };
    },
  };
}

export function changeList({ projectIds, since, until }: Scope): Listing {
  return {
    ...{ name: SPOOLED.events, member: 'events', since: since - EDGE_MS, until: until + EDGE_MS },
    question: () => ({
      path: '/v3/events',
      // Of the whole team: some types name no project, and what such a filter makes of them is not documented.
      query: eventQuery(CHANGE_TYPES),
      what: 'the event history of deployments',
      needs: 'to be valid, and to read the activity of the team (a token of one project cannot)',
    }),
    read: (item) => {
      const value = toEvent(item);
      if (!value) return undefined;
      const inside = value.type === 'deployment' || (value.at >= since && value.at < until);
      const ofScope = value.projectId === undefined || isIn(projectIds, value.projectId);
      return { id: value.id, at: value.at, value, counts: inside && ofScope && CHANGE_TYPES.includes(value.type) };
    },
  };
}

/** Of the whole team: how a token came about belongs to no project. */
export function tokenList({ since, until }: Scope): Listing {
  return {
    ...{ name: SPOOLED.tokens, member: 'events', since: since - TOKEN_AGE_MS, until: until + EDGE_MS },
    question: () => ({
      path: '/v3/events',
      query: eventQuery(TOKEN_TYPES),
      what: 'the event history of OIDC policies',
      needs: 'to be valid, and to read the activity of the team (a token of one project cannot)',
    }),
    read: (item) => {
      const value = toTokenEvent(item);
      // Another app's token came by no policy.
      return (
        value && {
          id: value.id,
          at: value.at,
          value,
          counts: TOKEN_TYPES.includes(value.type) && value.policyId !== undefined,
        }
      );
    },
  };
}

function eventQuery(types: readonly string[]): Readonly<Record<string, string>> {
  return { types: types.join(','), withPayload: 'true' };
}

function isIn(projectIds: readonly string[], projectId: string): boolean {
  return projectIds.length === 0 || projectIds.includes(projectId);
}
