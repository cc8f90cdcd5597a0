import { readJsonObject } from '../body.ts';
import { apiRefusal, json, type Reply } from '../reply.ts';
import type { Call } from '../router.ts';
import { logActivity } from './activity.ts';
import { aliasesOf } from './alias-names.ts';
import { authorize } from './auth.ts';
import { isBuilt, isLive } from './lifecycle.ts';
import { findDeployment } from './read.ts';
import { payloadOf } from './payloads.ts';
import { randomId, type State } from './state.ts';
import type { AssignedAlias } from './deployment-types.ts';

const MAX_NAME_CHARS = 253;
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** `POST /v2/deployments/{id}/aliases`: takes the name from whichever deployment has it. */
export async function assignAlias(state: State, call: Call): Promise<Reply> {
  const token = authorize(state, call);
  const deployment = findDeployment(state, token, call);
  const { alias, redirect } = readBody(await readJsonObject(call.request, call.body));
  if (!isBuilt(deployment)) {
    throw apiRefusal(400, 'deployment_not_ready', 'The deployment is not READY and can not be aliased');
  }
  refuseForeign(state, alias);
  const old = state.aliases.get(alias);
  if (old?.deploymentId === deployment.id) {
    const message = 'The provided alias is already assigned to the given deployment';
    throw apiRefusal(409, 'not_modified', message, { alias, uid: old.uid });
  }
  const assigned: AssignedAlias = {
    uid: randomId(24),
    alias,
    created: new Date(state.now()).toISOString(),
    deploymentId: deployment.id,
    redirect,
  };
  state.aliases.set(alias, assigned);
  const about = { alias, aliasId: assigned.uid, ...(old ? { from: old.deploymentId } : {}) };
  logActivity(state, { call, token }, 'alias', payloadOf(state, 'alias', deployment, about));
  const { uid, created } = assigned;
  return json(200, { uid, alias, created, ...(old ? { oldDeploymentId: old.deploymentId } : {}) });
}

export function listAliases(state: State, call: Call): Reply {
  const deployment = findDeployment(state, authorize(state, call), call);
  const automatic = isLive(deployment)
    ? deployment.aliases.map((alias) => ({
        uid: `auto_${alias}`,
        alias,
        created: new Date(deployment.createdAt).toISOString(),
        redirect: null,
      }))
    : [];
  const own = aliasesOf(state, deployment).map(({ uid, alias, created, redirect }) => ({
    uid,
    alias,
    created,
    redirect,
  }));
  return json(200, { aliases: [...automatic, ...own] });
}

function readBody(body: Readonly<Record<string, unknown>>): {
  readonly alias: string;
  readonly redirect: string | null;
} {
  const other = Object.keys(body).find((key) => key !== 'alias' && key !== 'redirect');
  if (other !== undefined) throw bad(`should NOT have additional property \`${other}\``);
  const { alias, redirect = null } = body;
  if (typeof alias !== 'string') throw bad('missing required property `alias`');
  if (!isHostName(alias)) throw apiRefusal(400, 'invalid_alias', `The supplied alias "${alias}" is invalid`);
  if (redirect !== null && !(typeof redirect === 'string' && isHostName(redirect))) {
    throw bad('`redirect` should be a host name or null');
  }
  return { alias, redirect };
}

/** A whole host name in lower case, as DNS has it. */
function isHostName(name: string): boolean {
  const labels = name.split('.');
  return name.length <= MAX_NAME_CHARS && labels.length >= 2 && labels.every((label) => LABEL.test(label));
}

/** Names under `vercel.app` are free to take; others are under a domain of the team. */
function refuseForeign({ options: { domains } }: State, alias: string): void {
  const owned = ['vercel.app', ...(domains ?? [alias])];
  if (owned.some((domain) => alias === domain || alias.endsWith(`.${domain}`))) return;
  throw apiRefusal(403, 'forbidden', `You don't have access to the domain of "${alias}"`);
}

function bad(message: string): Error {
  return apiRefusal(400, 'bad_request', `Invalid request: ${message}.`);
}
