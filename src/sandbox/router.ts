import type { Asked } from './asked.ts';
import type { Body } from './body.ts';
import { json, Refusal, type Reply } from './reply.ts';

/** One request, with what the router has made of it. */
export interface Call {
  readonly request: Asked;
  readonly url: URL;
  /** The path's variable parts, decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: Body;
}

export interface Route {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  /** `/v13/deployments/:id`; a part with a colon takes one segment, a last one with a star all that are left. */
  readonly path: string;
  /** Origins that serve it. */
  readonly origins: readonly string[];
  /** Names that the query may hold; one that ends in `*` stands for a prefix. */
  readonly query: readonly string[];
  /** Headers of every answer, refusals too. */
  readonly headers?: (reply: Reply) => Readonly<Record<string, string>>;
  readonly handle: (call: Call) => Promise<Reply> | Reply;
}

export interface Routed {
  readonly reply: Reply;
  readonly known: boolean;
}

export type Router = (request: Asked, body: Body) => Promise<Routed>;

interface Place {
  readonly route: Route;
  readonly parts: readonly string[];
}

export function createRouter(routes: readonly Route[]): Router {
  const places = routes.map((route) => ({ route, parts: route.path.split('/') }));
  return (request, body) => routeRequest(places, request, body);
}

/** Finds the route and runs it; what nobody serves is answered by name, so that a wrong path never looks like an empty answer. */
async function routeRequest(places: readonly Place[], request: Asked, body: Body): Promise<Routed> {
  const { url } = request;
  const path = url.pathname.split('/');
  const here = places.flatMap(({ route, parts }) => {
    const params = matchPath(parts, path);
    return params ? [{ route, params }] : [];
  });
  const wanted = `${request.method} ${url.pathname}`;
  if (here.length === 0) return unknown(404, 'not_found', `The sandbox serves no path for ${wanted}.`);
  const served = here.filter(({ route }) => route.origins.includes(url.origin));
  if (served.length === 0)
    return unknown(421, 'misdirected_request', `${url.origin} does not serve ${wanted} in the sandbox.`);
  const found = served.find(({ route }) => route.method === request.method);
  if (!found) {
    const allow = served.map(({ route }) => route.method).join(', ');
    return unknown(405, 'method_not_allowed', `The sandbox serves ${url.pathname} for ${allow}, not for ${wanted}.`, {
      allow,
    });
  }
  const { route, params } = found;
  const reply = await answer(route, { request, url, params, query: url.searchParams, body });
  return { reply: { ...reply, headers: { ...reply.headers, ...route.headers?.(reply) } }, known: true };
}

async function answer(route: Route, call: Call): Promise<Reply> {
  try {
    for (const name of new Set(call.query.keys())) {
      if (!allows(route.query, name)) return refuse(400, 'bad_request', `Unknown query parameter ${name}.`);
      if (call.query.getAll(name).length > 1) {
        return refuse(400, 'bad_request', `Query parameter ${name} is given more than once.`);
      }
    }
    return await route.handle(call);
  } catch (error) {
    if (error instanceof Refusal) return error.reply;
    throw error;
  }
}

function allows(names: readonly string[], name: string): boolean {
  return names.some((known) => (known.endsWith('*') ? name.startsWith(known.slice(0, -1)) : known === name));
}

function matchPath(wanted: readonly string[], got: readonly string[]): Record<string, string> | undefined {
  const takesRest = wanted.at(-1)?.startsWith('*') === true;
  if (takesRest ? wanted.length > got.length : wanted.length !== got.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const text = (part.startsWith('*') ? got.slice(index).join('/') : got[index]) ?? '';
    if (!/^[:*]/.test(part)) {
      if (part !== text) return undefined;
      continue;
    }
    const decoded = decode(text);
    if (decoded === undefined || decoded === '') return undefined;
    params[part.slice(1)] = decoded;
  }
  return params;
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function refuse(status: number, code: string, message: string, headers: Record<string, string> = {}): Reply {
  return json(status, { error: { code, message } }, headers);
}

function unknown(status: number, code: string, message: string, headers?: Record<string, string>): Routed {
  return { reply: refuse(status, code, message, headers), known: false };
}
