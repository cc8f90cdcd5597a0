import { json, Refusal, type Reply } from '../reply.ts';
import type { Call, Route } from '../router.ts';
import type { BitbucketOptions } from './types.ts';

const WINDOW_MS = 3_600_000;
const LIMITED = '/2.0/repositories/';
/** Below this share of the limit, Bitbucket says that it is near. */
const NEAR = 0.2;

/** When each request of a token was made; those before `first` have left the window. */
interface Spent {
  times: number[];
  first: number;
}

/** A limit on the requests of each token in any hour; what is refused does not count. Without a limit, the routes as they are. */
export function limitRate(routes: readonly Route[], options: BitbucketOptions, now: () => number): readonly Route[] {
  const { requestsPerHour: limit, retryAfter = true } = options;
  if (limit === undefined) return routes;
  const spent = new Map<string, Spent>();

  function enter(call: Call): Record<string, string> {
    const token = call.request.headers.get('authorization') ?? '';
    const own = spent.get(token) ?? { times: [], first: 0 };
    spent.set(token, own);
    const at = now();
    leave(own, at - WINDOW_MS);
    const left = (limit ?? 0) - (own.times.length - own.first);
    if (left <= 0) throw refuse(retryAfter ? (own.times[own.first] ?? at) + WINDOW_MS - at : undefined);
    own.times.push(at);
    return headersOf(left - 1 < (limit ?? 0) * NEAR);
  }

  function headersOf(near: boolean): Record<string, string> {
    return {
      'x-ratelimit-limit': String(limit),
      'x-ratelimit-resource': 'api-repositories',
      'x-ratelimit-nearlimit': String(near),
    };
  }

  function refuse(waitMs: number | undefined): Refusal {
    const message = 'Rate limit for this resource has been exceeded';
    const wait = waitMs === undefined ? {} : { 'retry-after': String(Math.max(1, Math.ceil(waitMs / 1000))) };
    return new Refusal(json(429, { type: 'error', error: { message } }, { ...headersOf(true), ...wait }), message);
  }

  const limited = (route: Route): Route => ({
    ...route,
    async handle(call) {
      const headers = enter(call);
      const reply = await answer(route, call);
      return { ...reply, headers: { ...reply.headers, ...headers } };
    },
  });
  return routes.map((route) => (route.path.startsWith(LIMITED) ? limited(route) : route));
}

function leave(spent: Spent, before: number): void {
  while (spent.first < spent.times.length && (spent.times[spent.first] ?? 0) <= before) spent.first += 1;
  if (spent.first < 10_000) return;
  spent.times = spent.times.slice(spent.first);
  spent.first = 0;
}

async function answer({ handle }: Route, call: Call): Promise<Reply> {
  try {
    return await handle(call);
  } catch (error) {
    if (error instanceof Refusal) return error.reply;
    throw error;
  }
}
