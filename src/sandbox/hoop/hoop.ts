import type { Asked } from '../asked.ts';
import { readJsonObject } from '../body.ts';
import { json, Refusal, type Reply } from '../reply.ts';
import type { Call, Route } from '../router.ts';

export interface HoopOptions {
  /** The gateway's API. */
  readonly url: string;
  /** Where the HTTP proxy listens. */
  readonly proxyUrl: string;
  /** What the connection leads to, and the token that it holds. */
  readonly vercelUrl: string;
  readonly vercelToken: () => string;
  readonly connection?: string;
  /** Whom an access token of the one identity provider names; undefined for any other token. */
  readonly subjectOf: (token: string) => string | undefined | Promise<string | undefined>;
  /** Subjects that are registered; by default any that the provider names. */
  readonly serviceAccounts?: readonly string[];
  /** Registered, and without access to the connection. */
  readonly outsiders?: readonly string[];
  /** Somebody has to agree before the connection opens. Default false. */
  readonly review?: boolean;
  readonly now: () => number;
}

export interface HoopSandbox {
  readonly url: string;
  readonly proxyUrl: string;
  readonly connection: string;
  /** Proxy tokens that were given, with their end in milliseconds since 1970. */
  readonly given: readonly { readonly token: string; readonly subject: string; readonly endsAt: number }[];
}

/** Longest duration that hoop takes; without one a credential would never end. */
const MAX_SECONDS = 172_800;

/** A hoop gateway with one HTTP connection to Vercel, and its proxy. */
export function createHoop(options: HoopOptions): {
  readonly hoop: HoopSandbox;
  readonly routes: readonly Route[];
  /** A request to the proxy as Vercel gets it; undefined for requests to anybody else. */
  readonly passOn: (asked: Asked) => Asked | undefined;
} {
  const { connection = 'vercel', url, proxyUrl, now } = options;
  const given: { token: string; subject: string; endsAt: number }[] = [];

  async function open({ request, body, params }: Call): Promise<Reply> {
    const subject = await options.subjectOf(
      /^Bearer (\S+)$/.exec(request.headers.get('authorization') ?? '')?.[1] ?? '',
    );
    const known = subject !== undefined && (options.serviceAccounts?.includes(subject) ?? true);
    if (!known) throw refuse(401, 'access denied: unknown subject');
    if (params['name'] !== connection) throw refuse(404, 'connection not found');
    if (options.outsiders?.includes(subject) === true) throw refuse(403, 'no access to connection');
    const { access_duration_seconds: seconds } = await readJsonObject(request, body);
    if (typeof seconds !== 'number' || seconds < 1 || seconds > MAX_SECONDS) {
      throw refuse(400, 'access_duration_seconds must be between 1 and 172800');
    }
    if (options.review === true) return json(200, { session_id: 's-1', has_review: true, review_id: 'review-1' });
    const token = `hpx_${String(given.length + 1).padStart(32, '0')}`;
    const endsAt = now() + seconds * 1000;
    given.push({ token, subject, endsAt });
    const { hostname, port } = new URL(proxyUrl);
    return json(200, {
      ...{ session_id: 's-1', has_review: false, expire_at: new Date(endsAt).toISOString() },
      connection_credentials: { hostname, port: port === '' ? '443' : port, proxy_token: token, command: 'curl …' },
    });
  }

  function passOn(asked: Asked): Asked | undefined {
    if (asked.url.origin !== new URL(proxyUrl).origin) return undefined;
    const shown = asked.headers.get('authorization');
    const living = given.some(({ token, endsAt }) => token === shown && endsAt > now());
    // As Vercel would answer a token that it does not know: the proxy holds back its own.
    const authorization = living ? `Bearer ${options.vercelToken()}` : 'Bearer none';
    return {
      ...asked,
      url: new URL(`${asked.url.pathname}${asked.url.search}`, options.vercelUrl),
      headers: { get: (name) => (name.toLowerCase() === 'authorization' ? authorization : asked.headers.get(name)) },
    };
  }

  const path = '/api/connections/:name/credentials';
  const route: Route = { method: 'POST', path, origins: [new URL(url).origin], query: [], handle: open };
  return { hoop: { url, proxyUrl, connection, given }, routes: [route], passOn };
}

function refuse(status: number, message: string): Refusal {
  return new Refusal(json(status, { message }), message);
}
