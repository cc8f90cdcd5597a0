import type { Credential } from '../exchange/types.ts';
import type { HttpReply, HttpRequest } from '../http/types.ts';
import type { VerifiedIdentity } from '../identity/types.ts';
import { findProxy } from './announce.ts';
import { namesOf, shapeOf } from './doctor-shapes.ts';
import type { Run } from './run.ts';

type Ask = Pick<HttpRequest, 'method' | 'url'> &
  Partial<Pick<HttpRequest, 'bearer' | 'authorization' | 'form' | 'proxy'>>;

const LIMITS = { timeoutMs: 10_000, maxBytes: 1024 * 1024, attempts: 1 };
/** Headers that say how a service wants to be asked. */
const TOLD = /^(?:cache-control|retry-after|x-ratelimit-[a-z-]+|x-vercel-id|x-accepted-[a-z-]+|content-type)$/;
const GIT = /^(?:git|bitbucket|github|gitlab)[A-Za-z]*$/;
const PLACES = [
  ...['BITBUCKET_CLONE_DIR', 'BITBUCKET_PIPE_STORAGE_DIR', 'BITBUCKET_PIPE_SHARED_STORAGE_DIR'],
  'BITBUCKET_PIPELINES_VARIABLES_PATH',
];
const REPORT = 'vercel-oidc-deploy-doctor-live';

/**
 * What documentation leaves open, and one run on a real workspace settles: names and kinds of things, statuses, owners.
 * Made to be pasted into a report: no value of a claim, a variable or an answer is in it.
 */
export async function tellLive(
  run: Run,
  identity: VerifiedIdentity | undefined,
  credential: Credential | undefined,
): Promise<void> {
  const { log, machine } = run.platform;
  const rows: string[] = [];
  if (machine) {
    rows.push(`container: user ${machine.user}, ${machine.runtime}`);
    for (const name of PLACES) rows.push(`${name}: ${machine.placeOf(name) ?? 'not set'}`);
    const names = machine.variableNames().filter((name) => name.startsWith('BITBUCKET_') || name === 'CI');
    rows.push(`variables: ${names.join(', ') || 'none of Bitbucket'}`);
  }
  if (identity) rows.push(...tellToken(run, identity), ...(await askBitbucket(run, identity)));
  if (credential) rows.push(...(await askVercel(run, credential)));
  log.info(
    [
      'Live:    names and kinds alone, to be pasted into a report of a first run:',
      ...rows.map((row) => `  ${row}`),
    ].join('\n'),
  );
}

function tellToken({ config, startedAt }: Run, { claims, audience, issuedAt, expiresAt }: VerifiedIdentity): string[] {
  const life = `lives ${String((expiresAt - issuedAt) / 1000)} s, ${String(Math.round((startedAt - issuedAt) / 1000))} s old at the start`;
  const { pipelineUuid, tag, pullRequestId } = config.build;
  const same = ['pipelineUuid', 'pipelineRunUuid'].filter(
    (name) => pipelineUuid !== undefined && claims[name] === pipelineUuid,
  );
  const kind = pullRequestId === undefined ? (tag === undefined ? 'a branch' : 'a tag') : 'a pull request';
  return [
    `token: ${life}; of ${kind}`,
    `claims: ${Object.entries({ ...claims, aud: audience })
      .map(([name, value]) => `${name} ${shapeOf(value)}`)
      .join('; ')}`,
    `BITBUCKET_PIPELINE_UUID is the claim ${same.join(' and ') || 'of neither name'}`,
  ];
}

async function askBitbucket(
  run: Run,
  { issuer, workspaceUuid, repositoryUuid, pipelineUuid }: VerifiedIdentity,
): Promise<string[]> {
  const { bitbucketToken: bearer, bitbucketApiUrl, build } = run.config;
  const rows = [
    await ask(run, "the issuer's keys", { method: 'GET', url: `${issuer}/keys.json` }),
    await ask(run, "the issuer's discovery", { method: 'GET', url: `${issuer}/.well-known/openid-configuration` }),
  ];
  const path = [workspaceUuid, repositoryUuid].map(brace).join('/');
  if (bearer && new URL(bitbucketApiUrl).origin === new URL(issuer).origin) {
    const url = `${bitbucketApiUrl}/2.0/repositories/${path}/pipelines/${brace(pipelineUuid)}`;
    rows.push(await ask(run, 'the pipeline', { method: 'GET', url, bearer }));
    rows.push(await ask(run, 'its steps', { method: 'GET', url: `${url}/steps`, bearer }));
  }
  const proxy = findProxy(issuer);
  if (proxy && /^[0-9a-f]{40}$/.test(build.commit ?? '')) {
    const url = `http://api.bitbucket.org/2.0/repositories/${path}/commit/${build.commit ?? ''}/reports/${REPORT}`;
    rows.push(await ask(run, "the step's proxy, for a report that is not there", { method: 'GET', url, proxy }));
  }
  return rows;
}

async function askVercel(run: Run, { token, door, hop, project }: Credential): Promise<string[]> {
  const team = `teamId=${project.teamId}`;
  const get = (what: string, path: string): Promise<string> =>
    ask(run, what, { method: 'GET', url: `${door.url}${path}`, bearer: token, authorization: door.authorization });
  return [
    ...(hop === 'vercel'
      ? [
          await ask(run, "Vercel's introspection", {
            method: 'POST',
            url: `${door.url}/login/oauth/token/introspect`,
            form: { token },
          }),
        ]
      : []),
    await get('the project', `/v9/projects/${project.id}?${team}`),
    await get('the newest deployment', `/v7/deployments?projectId=${project.id}&limit=1&${team}`),
    await get('the event history', `/v3/events?types=deployment&limit=1&withPayload=true&${team}`),
  ];
}

/** The status, the names in the answer, and headers that say how to ask. */
async function ask({ http, signal }: Run, what: string, request: Ask): Promise<string> {
  try {
    const reply = await http.request({ service: what, ...request, ...LIMITS, signal });
    return `${what}: ${String(reply.status)}; ${describeBody(reply.body)}; headers ${describeHeaders(reply)}`;
  } catch (error) {
    signal.throwIfAborted();
    return `${what}: no answer (${(error as { readonly code?: string }).code ?? 'unknown'})`;
  }
}

function describeBody(body: unknown): string {
  if (body === undefined) return 'no JSON';
  const parts = [namesOf(body)];
  const { keys, deployments, events, values, error } = (body ?? {}) as Readonly<Record<string, unknown>>;
  for (const list of [keys, deployments, events, values]) {
    if (!Array.isArray(list)) continue;
    const [first] = list as readonly unknown[];
    parts.push(`${String(list.length)} in it${first === undefined ? '' : `, the first of ${namesOf(first)}`}`);
    const { meta, payload } = (first ?? {}) as Readonly<Record<string, unknown>>;
    if (meta !== undefined)
      parts.push(
        `its meta of Git: ${
          Object.keys(meta as object)
            .filter((name) => GIT.test(name))
            .sort()
            .join(', ') || 'none'
        }`,
      );
    if (payload !== undefined) parts.push(`its payload: ${namesOf(payload)}`);
  }
  const { code } = (error ?? {}) as { readonly code?: unknown };
  if (typeof code === 'string' && /^[a-z_]{1,60}$/.test(code)) parts.push(`code ${code}`);
  return parts.join('; ');
}

function describeHeaders({ headers }: HttpReply): string {
  const told = Object.entries(headers).filter(([name]) => TOLD.test(name));
  const harmless = (name: string): boolean => name === 'cache-control' || name.startsWith('x-ratelimit');
  return (
    told.map(([name, value]) => (harmless(name) ? `${name}: ${value.slice(0, 60)}` : name)).join(', ') ||
    'none of interest'
  );
}

function brace(uuid: string): string {
  return encodeURIComponent(`{${uuid.replace(/[{}]/g, '')}}`);
}
