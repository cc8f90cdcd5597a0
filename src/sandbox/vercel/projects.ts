import { json, type Reply } from '../reply.ts';
import type { Call } from '../router.ts';
import { authorize, mayTouch, requireTeam } from './auth.ts';
import { endOf, readLimit, readPage, readTime } from './paging.ts';
import type { State } from './state.ts';

/** `GET /v9/projects`: those that the token may touch, newest first. */
export function listProjects(state: State, call: Call): Reply {
  const token = authorize(state, call);
  requireTeam(token, call);
  const limit = readLimit(call.query);
  const { ties = 'whole' } = state.options.lists ?? {};
  const until = endOf(readTime(call.query, 'until') ?? Infinity, ties);
  const search = call.query.get('search') ?? '';
  const shown = state.projects
    .filter(({ id, name, createdAt }) => mayTouch(token, id) && createdAt < until && name.includes(search))
    .toSorted((a, b) => b.createdAt - a.createdAt);
  const { items, pagination } = readPage(shown, ({ createdAt }) => createdAt, { limit, ties });
  const projects = items.map(({ id, name, accountId, createdAt }) => {
    return { id, name, accountId, createdAt, updatedAt: createdAt, framework: null, link: null, latestDeployments: [] };
  });
  return json(200, { projects, pagination });
}
