import type { VerifiedIdentity } from '../identity/types.ts';
import { show } from '../text.ts';
import { findUnmet, judgeGrant, type Check, type Judged } from './check.ts';
import { RENEW, isExpired } from './expiry.ts';
import { explainGrants, tellCheck, tellRequest } from './explain.ts';
import type { AccessRequest, Claims, Denial, Grant, HopConfig, Policy } from './types.ts';

export type Decision = { readonly grant: Grant } | { readonly denial: Denial };
/** The same without the brand that makes a grant leave to act. */
export type Verdict = { readonly grant: Pick<Grant, Extract<keyof Grant, string>> } | { readonly denial: Denial };

/** May this step do this? Only a verified identity gets a Grant, and only here. */
export function decideAccess(policy: Policy | undefined, identity: VerifiedIdentity, request: AccessRequest): Decision {
  const verdict = judgeAccess(policy, identity.claims, request);
  return 'grant' in verdict ? { grant: verdict.grant as Grant } : verdict;
}

/**
 * First the grants whose `allow` covers the request; of these, the ones whose `when` the claims meet; exactly one must
 * remain, and what it requires must hold. Pure: the same input, the same answer. Claims that nobody verified get an
 * answer, as in the tests of a policy, but no leave.
 */
export function judgeAccess(policy: Policy | undefined, claims: Claims, request: AccessRequest): Verdict {
  if (!policy) return judgeBuiltIn(request);
  const expiredPolicy = isExpired(policy, request.now);
  if (expiredPolicy && request.action !== 'rollback') {
    const reason = `The policy expired at the end of ${String(policy.expires)} (UTC); only rollback is allowed.`;
    return deny(reason, { fix: RENEW });
  }
  const judged = policy.grants.map((rule) => judgeGrant(rule, policy, claims, request));
  const covering = judged.filter(({ checks }) => findUnmet(checks, 'allow').length === 0);
  const matching = covering.filter(({ checks }) => findUnmet(checks, 'when').length === 0);
  const [match, ...others] = matching;
  if (!match) return denyUnmatched(judged, request);
  if (others.length > 0) return denyAmbiguous(matching);
  const unmet = findUnmet(match.checks, 'require');
  if (unmet.length > 0) return denyRequired(match, unmet);
  const { signer } = match;
  const { id, exchange: exchangeName, require } = match.rule;
  const exchange = Object.hasOwn(policy.exchanges, exchangeName) ? policy.exchanges[exchangeName] : undefined;
  if (!exchange || !signer) return deny(`The grant ${id} names what policy or step lacks.`, { fix: 'Add it.' });
  const grant = { id, policyDigest: policy.digest, expiredPolicy, request, exchange, exchangeName, signer, require };
  return { grant };
}

const BUILT_IN: Readonly<Record<string, readonly HopConfig[]>> = { vercel: [{ vercel: {} }], static: [{ static: {} }] };

/** Without a policy a step may make a preview, and nothing else: a custom environment is no preview. */
function judgeBuiltIn(request: AccessRequest): Verdict {
  const { action, target, exchange: exchangeName = 'vercel' } = request;
  const refuse = (reason: string): Verdict =>
    deny(`Without a policy ${reason}.`, { fix: 'Write a policy with a grant for this.', suggest: true });
  if (action !== 'deploy' || target !== 'preview') {
    return refuse(`only deploy to preview is allowed; this is ${tellRequest(request)}`);
  }
  const exchange = Object.hasOwn(BUILT_IN, exchangeName) ? BUILT_IN[exchangeName] : undefined;
  const [signer] = request.signers;
  if (!exchange || !signer) return refuse(`EXCHANGE is vercel or static, and this is ${show(exchangeName)}`);
  const grant = { id: 'built-in:preview', policyDigest: undefined, expiredPolicy: false, require: {} };
  return { grant: { ...grant, request, exchange, exchangeName, signer } };
}

function deny(reason: string, more: Pick<Denial, 'fix'> & Partial<Denial>): Verdict {
  return { denial: { nearestGrant: undefined, details: [], suggest: false, ...more, reason } };
}

function denyUnmatched(judged: readonly Judged[], request: AccessRequest): Verdict {
  const fix = 'Change the step to what a grant wants, or add a grant for it.';
  const reason = `No grant of the policy allows this step ${tellRequest(request)}.`;
  return deny(reason, { ...explainGrants(judged), fix, suggest: true });
}

/** Where two rules match, the order of the file would decide: that would be nobody's decision. */
function denyAmbiguous(matching: readonly Judged[]): Verdict {
  const ids = matching.map(({ rule }) => rule.id).sort();
  const reason = `The policy is ambiguous: the grants ${ids.join(', ')} all match, and exactly one must.`;
  return deny(reason, { ...explainGrants(matching), fix: 'Narrow allow or when in all but one of these grants.' });
}

/** The one grant that matches asks for something besides, and this step does not have it. */
function denyRequired(match: Judged, unmet: readonly Check[]): Verdict {
  const told = unmet.map((check) => `${check.name}: ${tellCheck(check)}`).join('; ');
  const reason = `The grant ${match.rule.id} matches, but not what it requires: ${told}.`;
  const fix = unmet.map((check) => tellFix(check) ?? `Set ${check.wanted.map(tellSigner).join(', or ')}.`).join('\n');
  return deny(reason, { ...explainGrants([match]), fix });
}

/** `static` is a name for a step without a policy: here it has to be a chain. */
function tellFix({ name, got }: Check): string | undefined {
  if (name !== 'exchange' || got !== 'static') return FIXES[name];
  return 'Leave EXCHANGE out of the step. For VERCEL_TOKEN under a policy, write a chain `stored: [{ static: {} }]` under exchanges:, and `exchange: stored` in the grant.';
}

function tellSigner(name: string): string {
  return `SIGNER: ${name}${{ keyless: '', key: ' (with SIGNING_KEY)' }[name] ?? ' (its key under signers: in the policy)'}`;
}

const FIXES: Readonly<Record<string, string>> = {
  exchange: 'Leave EXCHANGE out of the step, or set it to the exchange of the grant.',
  timestamp: 'Set TIMESTAMP_URL to the address of a timestamp authority (RFC 3161).',
  store: 'Set RECORD_STORE to a lasting home: s3://BUCKET?region=REGION, https://HOST/FOLDER/ or bitbucket-downloads.',
  actor: 'Have it started by whom the grant lists; pass BITBUCKET_ACCESS_TOKEN, so that Bitbucket can tell who did.',
  credential: 'Give the grant an exchange without static, or take noStatic out of its require.',
};
