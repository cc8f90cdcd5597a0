import { apiRefusal, json, type Reply } from '../reply.ts';
import type { Call } from '../router.ts';
import { authorize, mayTouch, requireTeam } from './auth.ts';
import { countAllTime, isLive, stateNameOf } from './lifecycle.ts';
import { endOf, readLimit, readPage, readTime } from './paging.ts';
import type { State } from './state.ts';
import type { SandboxDeployment } from './deployment-types.ts';
import type { IssuedToken } from './types.ts';
import { viewListItem } from './view.ts';

type Test = (deployment: SandboxDeployment) => boolean;

/** Newest first; `meta-KEY=value` filters by the deployment's own words. `since` and `from` are in it, `until` and `to` are not. */
export function listDeployments(state: State, call: Call): Reply {
  const token = authorize(state, call);
  requireTeam(token, call);
  const { query } = call;
  const limit = readLimit(query);
  const { ties = 'whole' } = state.options.lists ?? {};
  const since = Math.max(readTime(query, 'since') ?? -Infinity, readTime(query, 'from') ?? -Infinity);
  const until = Math.min(readTime(query, 'until') ?? Infinity, readTime(query, 'to') ?? Infinity);
  const project = readProject(state, query);
  const matches = readFilter(query);
  countAllTime(state);
  countLagging(state, token);
  const shown = filter(state.index.before(endOf(until, ties), project), since, (one) => {
    return mayTouch(token, one.projectId) && !state.index.lagging.has(one) && matches(one);
  });
  const { items, pagination } = readPage(shown, ({ createdAt }) => createdAt, { limit, ties });
  return json(200, { deployments: items.map((one) => viewListItem(state, one)), pagination });
}

function* filter(newestFirst: Iterable<SandboxDeployment>, since: number, test: Test): Generator<SandboxDeployment> {
  for (const one of newestFirst) {
    if (one.createdAt < since) return;
    if (test(one)) yield one;
  }
}

/** A list may lag behind: the plan says for how many requests. */
function countLagging({ index: { lagging } }: State, token: IssuedToken): void {
  for (const one of lagging) {
    if (!mayTouch(token, one.projectId)) continue;
    one.listRequests += 1;
    if (one.listRequests > one.plan.listedAfter) lagging.delete(one);
  }
}

/** The one project that is asked for, by id or name; undefined for all of them. */
function readProject(state: State, query: URLSearchParams): string | undefined {
  const wanted = query.get('projectId');
  if (wanted === null) return undefined;
  if (query.has('projectIds')) {
    throw apiRefusal(400, 'bad_request', 'Query parameter projectIds cannot be used when projectId is specified');
  }
  return state.projects.find(({ name }) => name === wanted)?.id ?? wanted;
}

/** Everything that the query asks of a deployment, read once. */
function readFilter(query: URLSearchParams): Test {
  const tests: Test[] = [];
  const test = (name: string, make: (value: string) => Test): void => {
    const value = query.get(name);
    if (value !== null) tests.push(make(value));
  };
  const oneOf = (value: string, read: (deployment: SandboxDeployment) => string): Test => {
    const wanted = new Set(value.split(','));
    return (one) => wanted.has(read(one));
  };
  test('projectIds', (value) => oneOf(value, ({ projectId }) => projectId));
  test('users', (value) => oneOf(value, ({ creator }) => creator.uid));
  test('state', (value) => oneOf(value, stateNameOf));
  test('app', (value) => (one) => one.name === value);
  test('target', (value) => (one) => hasTarget(one, value));
  test('rollbackCandidate', (value) => (one) => String(one.target === 'production' && isLive(one)) === value);
  for (const [name, value] of query) {
    if (!name.startsWith('meta-')) continue;
    const key = name.slice('meta-'.length);
    tests.push(({ meta }) => meta[key] === value);
  }
  return (one) => tests.every((passes) => passes(one));
}

function hasTarget({ target, customEnvironment }: SandboxDeployment, wanted: string): boolean {
  return wanted === (target ?? customEnvironment?.slug ?? 'preview') || wanted === customEnvironment?.id;
}
