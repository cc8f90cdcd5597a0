import type { JWTPayload } from 'jose';
import { oauthRefusal } from '../reply.ts';
import type { State } from './state.ts';
import type { ClaimRule, Policy } from './types.ts';

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
