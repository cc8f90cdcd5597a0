import type { Call } from '../router.ts';
import type { ActivityEvent, PlantedEvent, Principal } from './event-types.ts';
import { CLIENTS, randomId, type State } from './state.ts';
import type { IssuedToken } from './types.ts';

const SOMEONE: Principal = { type: 'user', id: 'usr_someone', username: 'someone', email: 'someone@acme.example' };
/** The principal of what Vercel does by itself. */
export const SYSTEM: Principal = { type: 'system', id: 'system' };

/** Who made a request, and with what. */
export interface Actor {
  /** Whose reply has the request's id. */
  readonly call: Call;
  /** Undefined where the request was made without one. */
  readonly token: IssuedToken | undefined;
}

/** A line of the log about what a request has just done. */
export function logActivity(
  state: State,
  { call, token }: Actor,
  type: string,
  payload: Readonly<Record<string, unknown>>,
): void {
  const principal = principalOf(state, token);
  addEvent(state, {
    type,
    principal,
    requestId: state.requestIds.get(call),
    payload,
    ...(token ? { tokenId: token.id, sessionId: token.sessionId } : {}),
  });
}

type NewEvent = Omit<PlantedEvent, 'requestId'> & { readonly requestId?: string | undefined };

export function addEvent(state: State, event: NewEvent): ActivityEvent {
  const { principal = SOMEONE, payload = {} } = event;
  const named = payload['projectId'];
  const added: ActivityEvent = {
    id: event.id ?? `uev_${randomId(24)}`,
    type: event.type,
    createdAt: event.createdAt ?? state.now(),
    principalId: principal.id,
    principal,
    viaIds: event.viaIds ?? [],
    tokenId: event.tokenId,
    sessionId: event.sessionId,
    requestId: event.requestId,
    projectId: event.projectId ?? (typeof named === 'string' ? named : undefined),
    payload,
  };
  state.events.push(added);
  state.eventLine.add(added);
  return added;
}

function principalOf({ user }: State, token: IssuedToken | undefined): Principal {
  if (token?.kind !== 'app') return { type: 'user', id: user.id, username: user.username, email: user.email };
  const { principalId: id, clientId = id } = token;
  return { type: 'app', id, clientId, name: CLIENTS[clientId] ?? clientId };
}
