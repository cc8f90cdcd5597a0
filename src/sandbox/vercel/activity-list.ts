import { apiRefusal, json, type Reply } from '../reply.ts';
import type { Call } from '../router.ts';
import { authorize, requireTeam } from './auth.ts';
import type { ActivityEvent, Principal } from './event-types.ts';
import { readLimit } from './paging.ts';
import type { State } from './state.ts';
import type { IssuedToken } from './types.ts';

/** Vercel's own client asks for one event more than it shows, and shows up to 100; nobody says that more may be asked for. */
const MAX_LIMIT = 101;
const CATEGORIES: readonly (readonly [prefix: string, category: string])[] = [
  ['alias', 'domain'],
  ['oidc-policy', 'security'],
  ['oauth-app', 'security'],
];

type Test = (event: ActivityEvent) => boolean;

/**
 * `GET /v3/events`: the team's activity log, newest first. There is no word on further pages: who asks goes on with `until`,
 * which (as `since`) is in the answer itself, as Vercel's own client has it by asking with the last one's time less 1 ms.
 */
export function listActivity(state: State, call: Call): Reply {
  const token = authorize(state, call);
  requireTeam(token, call);
  refuseNarrow(state, token);
  const { query } = call;
  const limit = readLimit(query, MAX_LIMIT);
  const since = readMoment(query, 'since') ?? -Infinity;
  const until = readMoment(query, 'until') ?? Infinity;
  const end = state.options.events?.untilIsInclusive === false ? until : until + 1;
  const matches = readFilter(query);
  const withPayload = readFlag(query, 'withPayload');
  const events: object[] = [];
  for (const event of state.eventLine.before(end)) {
    if (event.createdAt < since || events.length >= limit) break;
    if (matches(event)) events.push(viewEvent(state, event, withPayload));
  }
  return json(200, { events });
}

/** What is the team's is not for a token that is of some projects. */
function refuseNarrow({ options, team }: State, { kind, projectIds }: IssuedToken): void {
  const forApps = options.events?.openToApps ?? true;
  if (projectIds === undefined && (kind !== 'app' || forApps)) return;
  const message = `Not authorized: Trying to access resource under scope "${team.slug}".`;
  throw apiRefusal(403, 'forbidden', message, { team_unauthorized: true });
}

function readFilter(query: URLSearchParams): Test {
  const tests: Test[] = [];
  const oneOf = (name: string, read: (event: ActivityEvent) => string | undefined): void => {
    const value = query.get(name);
    if (value === null) return;
    const wanted = new Set(value.split(','));
    tests.push((event) => wanted.has(read(event) ?? ''));
  };
  oneOf('types', ({ type }) => type);
  oneOf('projectIds', ({ projectId }) => projectId);
  // `principalId` is used where both are given.
  oneOf(query.has('principalId') ? 'principalId' : 'userId', ({ principalId }) => principalId);
  const entity = query.get('entityId');
  if (entity !== null) tests.push(({ payload }) => payload['id'] === entity);
  return (event) => tests.every((passes) => passes(event));
}

function viewEvent(state: State, event: ActivityEvent, withPayload: boolean): object {
  const { id, type, createdAt, principal, principalId, viaIds, tokenId, sessionId, requestId, payload } = event;
  const name = nameOf(principal);
  return {
    id,
    createdAt,
    type,
    text: `${name} caused ${type}`,
    categories: [categoryOf(type)],
    entities: [{ type: 'author', start: 0, end: name.length }],
    principalId,
    principal: viewPrincipal(principal),
    ...(principal.type === 'user' ? { userId: principalId } : {}),
    ...(viaIds.length > 0 ? { viaIds, via: viaIds.map((via) => ({ type: 'app', clientId: via, name: via })) } : {}),
    // Undefined members do not appear at all.
    ...(state.options.events?.traces === false ? {} : { tokenId, sessionId, requestId }),
    ...(withPayload ? { payload } : {}),
  };
}

function viewPrincipal(principal: Principal): object {
  if (principal.type === 'system') return { type: 'system' };
  if (principal.type !== 'user') return principal;
  const { type, id: uid, username, email } = principal;
  return { type, avatar: 'a1b2c3', email, slug: username, uid, username };
}

function nameOf(principal: Principal): string {
  if (principal.type === 'system') return 'Vercel';
  return principal.type === 'user' ? principal.username : principal.name;
}

function categoryOf(type: string): string {
  return CATEGORIES.find(([prefix]) => type.startsWith(prefix))?.[1] ?? 'deployment';
}

/** ISO 8601 with a zone, or milliseconds since 1970. */
function readMoment(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  if (/^\d+$/.test(text)) return Number(text);
  const parsed = /^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(parsed)) return parsed;
  throw apiRefusal(400, 'bad_request', `Query parameter ${name} should be a date or milliseconds, got "${text}"`);
}

function readFlag(query: URLSearchParams, name: string): boolean {
  const text = query.get(name) ?? 'false';
  if (text === 'true' || text === 'false') return text === 'true';
  throw apiRefusal(400, 'bad_request', `Query parameter ${name} should be true or false, got "${text}"`);
}
