import { setTimeout as sleep } from 'node:timers/promises';
import { askedBy, type Asked } from './asked.ts';
import { createBitbucket } from './bitbucket/bitbucket.ts';
import { createIssuer } from './bitbucket/issuer.ts';
import { isRefused, passByProxy } from './bitbucket/proxy.ts';
import { closeBroken, closeWith, countBody, Journal } from './journal.ts';
import { applyMisbehaviour, MisbehaveRules } from './misbehave.ts';
import { isStream, type Reply } from './reply.ts';
import { createProviders, type OpenProviders, type ProviderDeps } from './providers.ts';
import { createRouter, type Route } from './router.ts';
import { createStores } from './stores.ts';
import type { Sandbox, SandboxOptions } from './types.ts';
import { EXCHANGE_AUDIENCE } from './vercel/state.ts';
import type { VercelSandbox } from './vercel/types.ts';
import { createVercel } from './vercel/vercel.ts';

/** The sandbox, and what answers for every door of it. */
export interface OpenSandbox {
  readonly sandbox: Sandbox;
  readonly answer: (asked: Asked) => Promise<Reply>;
  /** The same for the door of Bitbucket's proxy. */
  readonly answerProxied: (asked: Asked) => Promise<Reply>;
  /** Lets go of what the sandbox holds outside of its memory. */
  readonly close: () => void;
}

/** Bitbucket and Vercel as one strict fake, in this process. Nothing listens: see `serveSandbox` for a socket. */
export async function createSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  return (await openSandbox(options)).sandbox;
}

export async function openSandbox(options: SandboxOptions): Promise<OpenSandbox> {
  const now = options.now ?? (() => Date.now());
  const { doors, routes, passOn, visit, proxyToken, close } = await openServices(options, now);
  const route = createRouter(routes);
  const journal = new Journal();
  const rules = new MisbehaveRules();

  async function answer(request: Asked): Promise<Reply> {
    const asked = passOn?.(request) ?? request;
    const entry = journal.open(asked);
    const work = async (): Promise<Reply> => {
      const visited = await visit(asked);
      if (visited) return visited;
      const { reply, known } = await route(asked, () => countBody(entry, asked.bytes()));
      entry.known = known;
      return reply;
    };
    const action = rules.take(asked.method, entry.path);
    entry.misbehaved = action !== undefined;
    const latency = options.latencyMs ? sleep(options.latencyMs) : undefined;
    const slowly = async (): Promise<Reply> => {
      try {
        return await (action ? applyMisbehaviour(action, work, now) : work());
      } finally {
        await latency;
      }
    };
    try {
      return closeWith(entry, await (asked.signal ? orAborted(slowly(), asked.signal) : slowly()));
    } catch (error) {
      closeBroken(entry);
      throw error;
    }
  }

  async function answerProxied(request: Asked): Promise<Reply> {
    const passed = passByProxy(request, { bitbucketUrl: doors.bitbucketUrl, token: proxyToken });
    return isRefused(passed) ? passed : answer(passed);
  }

  const handle = async (request: Request): Promise<Response> => toResponse(await answer(askedBy(request)));
  const proxy = async (request: Request): Promise<Response> => toResponse(await answerProxied(askedBy(request)));
  const misbehave: Sandbox['misbehave'] = (rule) => rules.add(rule);
  return { sandbox: { ...doors, journal: journal.entries, handle, proxy, misbehave }, answer, answerProxied, close };
}

/** Whatever answers, and the routes of all of it. */
async function openServices(
  options: SandboxOptions,
  now: () => number,
): Promise<{
  readonly doors: Omit<Sandbox, 'journal' | 'handle' | 'proxy' | 'misbehave'>;
  readonly routes: readonly Route[];
  readonly passOn: OpenProviders['passOn'] | undefined;
  readonly visit: ReturnType<typeof createVercel>['visit'];
  readonly proxyToken: string;
  readonly close: () => void;
}> {
  const { bitbucketUrl = 'https://api.bitbucket.org', vercelUrl = 'https://api.vercel.com' } = options;
  const { issuer, routes: issuerRoutes } = await createIssuer({ baseUrl: bitbucketUrl, step: options.step ?? {}, now });
  const {
    bitbucket,
    proxyToken,
    routes: bitbucketRoutes,
  } = createBitbucket({
    ...{ baseUrl: bitbucketUrl, step: issuer.step, overrides: options.pipeline ?? {}, now },
    options: options.bitbucket ?? {},
    uploadsUrl: options.uploadsUrl ?? 'https://bbuseruploads.s3.amazonaws.com',
  });
  const homes = options.stores && createStores(options.stores, { issuer, now, options: options.aws });
  const others = await openProviders(options, { issuer, vercelUrl, now, vercel: () => made.vercel });
  const made = createVercel({
    ...{ baseUrl: vercelUrl, issuer, now, options },
    ...(others ? { keysOf: others.keysOf, policies: others.policies } : {}),
  });
  const { providers, routes: otherRoutes = [] } = others ?? {};
  const { stores, routes: storeRoutes = [] } = homes ?? {};
  return {
    doors: { bitbucketUrl, vercelUrl, issuer, bitbucket, vercel: made.vercel, providers, stores },
    routes: [...issuerRoutes, ...bitbucketRoutes, ...made.routes, ...otherRoutes, ...storeRoutes],
    passOn: others?.passOn,
    visit: made.visit,
    proxyToken,
    close: made.close,
  };
}

/** The identity providers that were asked for; what they make at Vercel is made by `vercel`, which comes after them. */
function openProviders(
  { providers: urls }: SandboxOptions,
  deps: Pick<ProviderDeps, 'issuer' | 'vercelUrl' | 'now'> & { readonly vercel: () => VercelSandbox },
): Promise<OpenProviders> | undefined {
  if (!urls) return undefined;
  const { issuer, vercelUrl, now, vercel } = deps;
  return createProviders({
    ...{ urls, issuer, vercelUrl, now, audience: EXCHANGE_AUDIENCE },
    vercelToken: () => vercel().classicToken,
    vercelTokens: {
      issue: (lifeSeconds) => vercel().issueUserToken(lifeSeconds),
      revoke: (id) => vercel().revokeUserToken(id),
    },
  });
}

function toResponse({ status, headers, body }: Reply): Response {
  const content = isStream(body) ? ReadableStream.from(body) : typeof body === 'object' ? new Uint8Array(body) : body;
  return new Response(content ?? null, { status, headers });
}

/** A client that has left gets no answer; what it asked for may be done all the same, as on a real server. */
function orAborted(reply: Promise<Reply>, signal: AbortSignal): Promise<Reply> {
  const left = new Promise<never>((_resolve, reject) => {
    const stop = (): void => reject(signal.reason as Error);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
  return Promise.race([reply, left]);
}
