import type { Asked } from '../asked.ts';
import { bitbucketRefusal, type Reply } from '../reply.ts';

const API = 'http://api.bitbucket.org';
const REPORTS = /^\/2\.0\/repositories\/[^/]+\/[^/]+\/commit\/[^/]+\/reports\/[^/]+(?:\/annotations)?$/;

interface ProxyDeps {
  /** Where Bitbucket's API stands. */
  readonly bitbucketUrl: string;
  readonly token: string;
}

/**
 * Bitbucket's proxy beside a step: it takes requests in absolute form for its API over plain http, adds the step's right,
 * and passes on reports. Whether the real one passes on more is not documented, so this one does not.
 */
export function passByProxy(asked: Asked, { bitbucketUrl, token }: ProxyDeps): Asked | Reply {
  const { url, headers } = asked;
  const refuse = (status: number, message: string): Reply => bitbucketRefusal(status, message).reply;
  if (url.origin !== API) return refuse(400, `Wanted a request in absolute form for ${API}, got ${url.origin}.`);
  const host = headers.get('host');
  if (host !== null && host !== url.host) return refuse(400, `The header Host says ${host}.`);
  for (const name of ['authorization', 'proxy-authorization', 'cookie']) {
    if (headers.get(name) !== null) return refuse(400, `A request to the proxy carries no header ${name}.`);
  }
  if (!REPORTS.test(url.pathname)) return refuse(403, `The proxy does not pass on ${url.pathname}.`);
  return {
    ...asked,
    url: new URL(`${bitbucketUrl}${url.pathname}${url.search}`),
    headers: { get: (name) => (name === 'authorization' ? `Bearer ${token}` : headers.get(name)) },
  };
}

export function isRefused(passed: Asked | Reply): passed is Reply {
  return 'status' in passed;
}
