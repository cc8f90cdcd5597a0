import type { VerifiedIdentity } from '../identity/types.ts';
import { explainGrants } from './explain.ts';
import { isExpired } from './expiry.ts';
import { show } from './faults.ts';
import { findUncovered, findUnmet } from './match.ts';
import { suggestGrant, suggestPolicy } from './suggest.ts';
import type { AccessRequest, Denial, Grant, GrantRule, HopConfig, Policy } from './types.ts';

export type Decision = { readonly grant: Grant } | { readonly denial: Denial };

/**
 * May this step do this? First the grants whose `allow` covers the request; of these, the ones whose `when` the claims
 * meet; exactly one must remain, and what it requires must hold. Pure: the same input, the same answer.
 */
export function decideAccess(policy: Policy | undefined, identity: VerifiedIdentity, request: AccessRequest): Decision {
  if (!policy) return decideBuiltIn(identity, request);
  if (isExpired(policy, request.now) && request.action !== 'rollback') return denyExpired(policy);
  const covering = policy.grants.filter((rule) => findUncovered(rule, request).length === 0);
  const matching = covering.filter((rule) => findUnmet(rule, identity.claims).length === 0);
  const [rule, ...others] = matching;
  if (!rule) return denyUnmatched(policy, identity, request);
  if (others.length > 0) return denyAmbiguous(matching);
  return applyRule(policy, rule, request);
}

const BUILT_IN: Readonly<Record<string, readonly HopConfig[]>> = { vercel: [{ vercel: {} }], static: [{ static: {} }] };

/** Without a policy a step may make a preview, and nothing else: a custom environment is no preview. */
function decideBuiltIn(identity: VerifiedIdentity, request: AccessRequest): Decision {
  const suggestion = suggestPolicy(identity, request);
  if (request.action !== 'deploy' || request.target !== 'preview') {
    return deny(`Without a policy only deploy to preview is allowed; this is ${tell(request)}.`, { suggestion });
  }
  const exchangeName = request.exchange ?? 'vercel';
  const exchange = Object.hasOwn(BUILT_IN, exchangeName) ? BUILT_IN[exchangeName] : undefined;
  if (!exchange) {
    return deny(`Without a policy EXCHANGE is vercel or static, and this is ${show(exchangeName)}.`, { suggestion });
  }
  return permit({ id: 'built-in:preview', policyDigest: undefined, request, exchange, exchangeName, require: {} });
}

/** One rule matched; what it asks for besides must hold too. */
function applyRule(policy: Policy, rule: GrantRule, request: AccessRequest): Decision {
  const { id, exchange: exchangeName, require } = rule;
  const refuse = (reason: string, suggestion: string): Decision =>
    deny(`The grant ${id} ${reason}.`, { nearestGrant: id, suggestion });
  if (request.exchange !== undefined && request.exchange !== exchangeName) {
    const reason = `is for the exchange ${exchangeName}, and EXCHANGE asks for ${show(request.exchange)}`;
    return refuse(reason, `# Leave EXCHANGE out of the step, or write there:\nEXCHANGE: ${exchangeName}\n`);
  }
  const exchange = Object.hasOwn(policy.exchanges, exchangeName) ? policy.exchanges[exchangeName] : undefined;
  if (!exchange) return refuse(`names the exchange ${exchangeName}, and the policy has none of that name`, '');
  if (require.noStatic === true && exchange.some((hop) => 'static' in hop)) {
    return refuse('refuses a static token, and its exchange is one', '# Name another exchange in the grant.\n');
  }
  if (require.signers && !require.signers.includes(request.signer)) {
    const wanted = require.signers.join(' or ');
    const reason = `requires a record signed by ${wanted}, and this one would be signed by ${request.signer}`;
    return refuse(reason, `# Sign by ${wanted}, or list ${request.signer} under require: signers in the grant.\n`);
  }
  return permit({ id, policyDigest: policy.digest, request, exchange, exchangeName, require });
}

/** The one place that makes a Grant. */
function permit(fields: Pick<Grant, Extract<keyof Grant, string>>): Decision {
  return { grant: fields as Grant };
}

function deny(reason: string, more: Partial<Omit<Denial, 'reason'>>): Decision {
  return { denial: { reason, nearestGrant: undefined, details: [], suggestion: '', ...more } };
}

function denyExpired({ expires }: Policy): Decision {
  const suggestion = '# Review the policy, then set new dates in it:\nissued: YYYY-MM-DD\nexpires: YYYY-MM-DD\n';
  return deny(`The policy expired at the end of ${String(expires)} (UTC); only rollback is allowed.`, { suggestion });
}

function denyUnmatched(policy: Policy, identity: VerifiedIdentity, request: AccessRequest): Decision {
  const { nearest, details } = explainGrants(policy.grants, identity.claims, request);
  const suggestion = suggestGrant(policy, nearest?.exchange ?? '', identity, request);
  const reason = `No grant of the policy allows this step ${tell(request)}.`;
  return deny(reason, { nearestGrant: nearest?.id, details, suggestion });
}

/** Where two rules match, the order of the file would decide: that would be nobody's decision. */
function denyAmbiguous(matching: readonly GrantRule[]): Decision {
  const ids = matching.map(({ id }) => id).sort();
  const names = ids.join(', ');
  const suggestion = `# Narrow allow or when in all but one of these grants: ${names}\n`;
  const reason = `The policy is ambiguous: the grants ${names} all match, and exactly one must.`;
  return deny(reason, { nearestGrant: ids[0], details: ids.map((id) => `grant ${id}: matches`), suggestion });
}

function tell({ action, projectId, target }: AccessRequest): string {
  return `${action} of ${show(projectId)} to ${show(target)}`;
}
