import { setTimeout as sleep } from 'node:timers/promises';
import { createIssuer } from './bitbucket/issuer.ts';
import { streamBody } from './body.ts';
import { closeBroken, closeWith, Journal } from './journal.ts';
import { applyMisbehaviour, MisbehaveRules } from './misbehave.ts';
import { routeRequest } from './router.ts';
import type { Sandbox, SandboxOptions } from './types.ts';
import { createVercel } from './vercel/vercel.ts';

/** Bitbucket and Vercel as one strict fake, in this process. Nothing listens: see `serveSandbox` for a socket. */
export async function createSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const now = options.now ?? (() => Date.now());
  const bitbucketUrl = options.bitbucketUrl ?? 'https://api.bitbucket.org';
  const vercelUrl = options.vercelUrl ?? 'https://api.vercel.com';
  const { issuer, routes: issuerRoutes } = await createIssuer({ baseUrl: bitbucketUrl, step: options.step ?? {}, now });
  const { vercel, routes: vercelRoutes } = createVercel({ baseUrl: vercelUrl, issuer, now, options });
  const routes = [...issuerRoutes, ...vercelRoutes];
  const journal = new Journal();
  const rules = new MisbehaveRules();

  async function handle(request: Request): Promise<Response> {
    const entry = journal.open(request);
    const answer = async (): Promise<Response> => {
      if (options.latencyMs) await sleep(options.latencyMs);
      const work = async (): Promise<Response> => {
        const body = streamBody(request, (bytes) => (entry.bodySize += bytes));
        const { response, known } = await routeRequest(routes, request, () => body);
        entry.known = known;
        return response;
      };
      const action = rules.take(request.method, entry.path);
      entry.misbehaved = action !== undefined;
      return action ? applyMisbehaviour(action, work, now) : work();
    };
    try {
      return closeWith(entry, await Promise.race([answer(), rejectWhenAborted(request.signal)]));
    } catch (error) {
      closeBroken(entry);
      throw error;
    }
  }

  return {
    bitbucketUrl,
    vercelUrl,
    issuer,
    vercel,
    journal: journal.entries,
    handle,
    misbehave: (rule) => rules.add(rule),
  };
}

/** A client that has left gets no answer; what it asked for may be done all the same, as on a real server. */
function rejectWhenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const stop = (): void => reject(signal.reason as Error);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}
