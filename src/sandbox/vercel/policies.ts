import type { JWTPayload } from 'jose';
import { readJsonObject } from '../body.ts';
import { apiRefusal, json, oauthRefusal, type Reply } from '../reply.ts';
import type { Call } from '../router.ts';
import { logActivity } from './activity.ts';
import { authorize, requireTeam } from './auth.ts';
import { checkPolicy } from './policy-body.ts';
import { CLIENTS, randomId, type State } from './state.ts';
import type { ClaimRule, IssuedToken, Policy } from './types.ts';

export interface PolicyQuestion {
  readonly clientId: string;
  readonly claims: JWTPayload;
  readonly policyId: string | undefined;
}

/** The one policy that the token matches; with several, the one that was named. */
export function choosePolicy(state: State, { clientId, claims, policyId }: PolicyQuestion): Policy {
  const lists = state.options.exchange?.matchAudienceLists ?? true;
  const matching = state.policies.filter(
    (policy) =>
      policy.clientId === clientId &&
      policy.issuerUrl === claims.iss &&
      policy.claims.every((rule) => matchesRule(rule, claims, lists)),
  );
  if (policyId !== undefined) {
    const named = matching.find((policy) => policy.policyId === policyId);
    if (!named) {
      throw oauthRefusal(400, 'invalid_grant', `The subject_token does not match the OIDC policy ${policyId}.`);
    }
    return named;
  }
  const [only, ...others] = matching;
  if (!only) {
    throw oauthRefusal(400, 'invalid_grant', 'The subject_token does not match any OIDC policy of the team.');
  }
  if (others.length > 0) {
    const ids = matching.map((policy) => policy.policyId).join(', ');
    throw oauthRefusal(400, 'invalid_request', `Multiple OIDC policies match (${ids}): pass policy_id to choose one.`);
  }
  return only;
}

/** Any value of the rule; an absent claim never matches. */
function matchesRule({ name, values }: ClaimRule, claims: JWTPayload, lists: boolean): boolean {
  const claim = claims[name];
  const texts = Array.isArray(claim) ? (lists ? claim : []) : [claim];
  return texts.some(
    (text) =>
      typeof text === 'string' &&
      values.some(({ value, wildcards }) => (wildcards ? matchesGlob(value, text) : value === text)),
  );
}

function matchesGlob(glob: string, text: string): boolean {
  const source = glob.replace(/[\\^$.|?+()[\]{}]/g, '\\$&').replaceAll('*', '.*');
  return new RegExp(`^(?:${source})$`, 's').test(text);
}

/** All of the team's policies at once: the API has no pages and no way to read one alone. */
export function listPolicies(state: State, call: Call): Reply {
  authorizeManager(state, call);
  return json(200, { policies: state.policies.map((policy) => showPolicy(state, policy)) });
}

export async function createPolicy(state: State, call: Call): Promise<Reply> {
  const token = authorizeManager(state, call);
  const body = checkPolicy(await readJsonObject(call.request, call.body));
  const policyId = `pol_${randomId(24)}`;
  const policy: Policy = { name: policyId, ...body, policyId, createdAt: state.now() };
  state.policies.push(policy);
  const shown = showPolicy(state, policy);
  const appName = CLIENTS[policy.clientId] ?? policy.clientId;
  logActivity(state, { call, token }, 'oidc-policy-created', { policy: shown, appName });
  return json(200, shown);
}

/** Managing policies is a user's right; a token that a policy gave is not let near them. */
function authorizeManager(state: State, call: Call): IssuedToken {
  const token = authorize(state, call);
  if (token.kind === 'app')
    throw apiRefusal(403, 'forbidden', 'Not authorized: an app token may not manage OIDC policies');
  requireTeam(token, call);
  return token;
}

export function showPolicy({ team }: State, policy: Policy): object {
  const { policyId, clientId, issuerUrl, name, claims, permissions, commands, projectIds, createdAt } = policy;
  return {
    policyId,
    clientId,
    issuerUrl,
    teamId: team.id,
    name,
    claims: claims.map((claim) => ({
      name: claim.name,
      values: claim.values.map(({ value, wildcards = false }) => ({ value, wildcards })),
    })),
    permissions: permissions ?? null,
    commands: commands ?? null,
    ...(projectIds ? { resources: { projectIds } } : {}),
    createdAt,
    updatedAt: createdAt,
  };
}
