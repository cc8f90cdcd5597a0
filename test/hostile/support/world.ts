import { createSandbox, PROVIDER_URLS, STORE_URLS, type Sandbox } from '../../../src/sandbox/index.ts';
import type { Network, SendRequest } from '../../../src/platform/types.ts';
import { makeStep, runStep, type RunOptions, type Step, type StepRun } from '../../support/step.ts';

/** A deploy that asks every service there is: keys, Vercel, Bitbucket, a time stamp authority, a store. */
export interface World {
  readonly sandbox: Sandbox;
  readonly step: Step;
  readonly run: (options?: RunOptions) => Promise<StepRun>;
}

export async function makeWorld(changes: Readonly<Record<string, string>> = {}): Promise<World> {
  const sandbox = await createSandbox({ providers: PROVIDER_URLS, stores: STORE_URLS, deployment: { polls: 1 } });
  const step = await makeStep(sandbox, {
    BITBUCKET_ACCESS_TOKEN: sandbox.bitbucket.accessToken,
    RECORD_STORE: `${STORE_URLS.files}/records/`,
    RECORD_STORE_TOKEN: sandbox.stores?.files.token ?? '',
    UPLOAD: 'files',
    ...changes,
  });
  return { sandbox, step, run: (options) => runStep(sandbox, step, options) };
}

/** Credentials of this run that nobody has revoked. */
export function aliveTokens({ vercel }: Sandbox): number {
  return vercel.tokens.filter(({ kind, revokedAt }) => kind === 'app' && revokedAt === undefined).length;
}

/** Deployments of this run. */
export function madeDeployments({ vercel }: Sandbox): number {
  return vercel.deployments.filter(({ meta }) => meta['oidcDeployIntent'] !== undefined).length;
}

/** As the platform says that a connection broke. */
export function brokenConnection(detail = 'ECONNRESET'): Error {
  return Object.assign(new Error('no answer'), { name: 'NetworkFault', detail });
}

/** `POST api.vercel.com/v13/deployments`, without what differs from run to run. */
export function nameRequest({ method, url }: SendRequest): string {
  const { host, pathname } = new URL(url);
  return `${method} ${host}${pathname}`
    .replace(/dpl_\w+/, '{id}')
    .replace(/%7B[^/]*?%7D|\{[0-9a-f-]{36}\}/gi, '{uuid}')
    .replace(/[0-9a-f]{40}/, '{commit}')
    .replace(/\d{8}T\d+Z?[^/]*?\.(?=manifest|intent|result)/, '{record}.');
}

/** Breaks the connection of the requests that `breaks` picks, by their number (from 0) and name, before anything is sent. */
export function breaking(
  breaks: (number: number) => string | false,
  seen: string[] = [],
): (network: Network) => Network {
  return (network) => ({
    ...network,
    send(request) {
      const name = nameRequest(request);
      const detail = breaks(seen.length);
      seen.push(name);
      return detail === false ? network.send(request) : Promise.reject(brokenConnection(detail));
    },
  });
}
