import type { Asked } from '../asked.ts';
import type { Reply } from '../reply.ts';
import { isBuilt, isLive } from './lifecycle.ts';
import type { SitePage, SitePlan, SiteProtection, SiteVisit } from './site-types.ts';
import { standingOf } from './production.ts';
import type { State } from './state.ts';
import type { SandboxDeployment } from './deployment-types.ts';
import { judgeToken } from './trusted-sources.ts';

const GENERATED = '.vercel.app';
const TOKEN_HEADER = 'x-vercel-trusted-oidc-idp-token';
const HTML = { 'content-type': 'text/html; charset=utf-8', server: 'Vercel' };

/** What has been planned for the sites of each project, and who came. */
export interface Sites {
  readonly plans: Map<string, SitePlan>;
  readonly visits: SiteVisit[];
}

export function createSites(): Sites {
  return { plans: new Map(), visits: [] };
}

export function planSite(state: State, sites: Sites, projectId: string, plan: Partial<SitePlan>): void {
  if (!state.projects.some(({ id }) => id === projectId)) throw new Error(`The sandbox has no project ${projectId}`);
  sites.plans.set(projectId, { ...planOf(state, sites, projectId), ...plan });
}

/** Answers for the host names of deployments; undefined for every other host. */
export function visitSite(state: State, sites: Sites): (asked: Asked) => Promise<Reply | undefined> {
  return (asked) => visit(state, sites, asked);
}

async function visit(state: State, sites: Sites, asked: Asked): Promise<Reply | undefined> {
  const { protocol, host } = asked.url;
  const named = findHost(state, host);
  if (!named) {
    return host.endsWith(GENERATED)
      ? failure(404, 'DEPLOYMENT_NOT_FOUND', 'The deployment could not be found on Vercel.')
      : undefined;
  }
  if (protocol !== 'https:') throw new Error(`The sandbox serves ${host} over https alone`);
  refuseForeign(asked);
  return answer(state, sites, asked, named);
}

interface Named {
  readonly deployment: SandboxDeployment;
  /** The name is not its own, and points at what production serves. */
  readonly production: boolean;
}

function findHost(state: State, host: string): Named | undefined {
  const own = state.index.find(host);
  if (own) return { deployment: own, production: false };
  const assigned = state.aliases.get(host)?.deploymentId;
  const by = state.index.find(assigned ?? '');
  if (by) return { deployment: by, production: by.target === 'production' };
  if (!state.index.automatic.has(host)) return undefined;
  const automatic = state.deployments.filter((one) => isLive(one) && one.aliases.includes(host));
  const newest = automatic.at(-1);
  if (!newest) return undefined;
  if (newest.target !== 'production') return { deployment: newest, production: false };
  const { production } = standingOf(state, newest.projectId);
  return { deployment: production ?? newest, production: true };
}

/** A visitor's request carries nothing of what is for the API. */
function refuseForeign({ method, url, headers }: Asked): void {
  if (method !== 'GET') throw new Error(`The sandbox's deployments are only read, not asked to ${method}`);
  if (headers.get('authorization') !== null || headers.get('cookie') !== null) {
    throw new Error(`A credential was sent to a deployment: ${url.host}`);
  }
}

async function answer(state: State, sites: Sites, asked: Asked, named: Named): Promise<Reply> {
  const { url, headers } = asked;
  const { deployment } = named;
  const plan = planOf(state, sites, deployment.projectId);
  const token = headers.get(TOKEN_HEADER);
  const path = `${url.pathname}${url.search}`;
  const stopped = await guard(state, plan.protection, { url, token, ...named });
  const reply = stopped ?? serve(sites, plan, { host: url.host, path, ...named });
  sites.visits.push({
    ...{ host: url.host, path, deploymentId: deployment.id, status: reply.status },
    tokenShown: token !== null,
    stopped: stopped !== undefined,
  });
  return reply;
}

/** What protection answers in the deployment's place; undefined where the visitor is let through. */
async function guard(
  state: State,
  protection: SiteProtection | undefined,
  { url, token, deployment, production }: Named & { readonly url: URL; readonly token: string | null },
): Promise<Reply | undefined> {
  if (!protection || !isProtected(protection, url.host, deployment.target, production)) return undefined;
  const { oidcProviders = {} } = protection;
  const environment = deployment.target ?? deployment.customEnvironment?.slug ?? 'preview';
  const verdict = token === null ? 'unknown' : await judgeToken(state, token, environment, oidcProviders);
  switch (verdict) {
    case 'trusted':
      return undefined;
    case 'wrong-environment':
      return failure(403, 'TRUSTED_SOURCES_ENVIRONMENT_MISMATCH', 'Forbidden');
    case 'unknown':
      return challenge(url, protection.answer ?? 'redirect');
  }
}

function isProtected(
  { deploymentType = 'all_except_custom_domains' }: SiteProtection,
  host: string,
  target: SandboxDeployment['target'],
  production: boolean,
): boolean {
  switch (deploymentType) {
    case 'all':
      return true;
    case 'all_except_custom_domains':
      // Vercel's standard protection leaves the name alone that production is known by.
      return host.endsWith(GENERATED) && !production;
    case 'preview':
      return target !== 'production';
  }
}

function challenge(url: URL, kind: NonNullable<SiteProtection['answer']>): Reply {
  const cookie = { 'set-cookie': '_vercel_sso_nonce=sandbox; Max-Age=3600; Path=/; Secure; HttpOnly; SameSite=Lax' };
  const signIn = `https://vercel.com/sso-api?url=${encodeURIComponent(url.href)}&nonce=sandbox`;
  if (kind === 'redirect')
    return { status: 302, headers: { ...HTML, ...cookie, location: signIn }, body: 'Redirecting...\n' };
  return { status: 401, headers: { ...HTML, ...cookie }, body: '<title>Authentication Required</title>' };
}

function serve(
  sites: Sites,
  { pages, productionPages, redirects, warmUp }: SitePlan,
  { host, path, deployment, production }: Named & { readonly host: string; readonly path: string },
): Reply {
  const to = redirects[host];
  if (to !== undefined) {
    return { status: 308, headers: { ...HTML, location: `https://${to}${path}` }, body: 'Redirecting...\n' };
  }
  if (!isBuilt(deployment)) return failure(404, 'DEPLOYMENT_NOT_FOUND', 'The deployment is not READY.');
  const before = sites.visits.filter((visit) => visit.host === host && !visit.stopped).length;
  if (before < warmUp) return failure(503, 'FUNCTION_THROTTLED', 'The deployment is warming up.');
  const served = production ? (productionPages ?? pages) : pages;
  const page: SitePage = Object.hasOwn(served, path) ? (served[path] ?? { status: 404 }) : { status: 404 };
  return { status: page.status, headers: { ...HTML, ...page.headers }, body: page.body ?? '' };
}

function failure(status: number, code: string, message: string): Reply {
  return {
    status,
    headers: { 'content-type': 'text/plain; charset=utf-8', server: 'Vercel', 'x-vercel-error': code },
    body: `${code}:\n\n${message}\n`,
  };
}

function planOf(state: State, { plans }: Sites, projectId: string): SitePlan {
  const name = state.projects.find(({ id }) => id === projectId)?.name ?? projectId;
  const pages = { '/': { status: 200, body: `<h1>Hello from ${name}</h1>\n` } };
  return plans.get(projectId) ?? { pages, productionPages: undefined, redirects: {}, warmUp: 0, protection: undefined };
}
