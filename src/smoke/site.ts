import { PipeError } from '../errors.ts';
import { show } from '../text.ts';
import type { Site } from './types.ts';

const HOST = /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+$/;
const GENERATED = '.vercel.app';

/**
 * Where a deployment is asked.
 * @param host as Vercel's API returned it: nothing else is ever asked
 * @param apiUrl of Vercel; a sandbox on a loopback address serves its deployments there too, told apart by `host`
 * @throws {PipeError} `SERVICE_FAILED` for what is no plain host name.
 */
export function openSite(host: string, apiUrl: string): Site {
  if (!isHostName(host)) {
    throw new PipeError({
      code: 'SERVICE_FAILED',
      message: 'The address of the deployment is none that could be tested.',
      got: show(host),
      wanted: 'a host name',
      fix: "Look at the deployment's page on Vercel.",
    });
  }
  if (apiUrl.startsWith('http://')) return { host, origin: new URL(apiUrl).origin, headers: { host } };
  return { host, origin: `https://${host}` };
}

/** A project may have wildcards among its names, and nobody can ask those. */
export function isHostName(name: string): boolean {
  return HOST.test(name);
}

/** Of a name that Vercel itself makes and serves. A domain of the team's may stand behind someone else's proxy. */
export function isGenerated(host: string): boolean {
  return host.endsWith(GENERATED);
}
