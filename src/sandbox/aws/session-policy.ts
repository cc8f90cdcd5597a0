import type { Protocol } from './refusal.ts';
import { queryRefusal } from './refusal.ts';
import type { AwsState } from './state.ts';
import type { AwsCredential, AwsStatement } from './types.ts';

const MAX_POLICY_CHARS = 2048;
/** What STS takes in a policy. */
const LETTERS = /^[\t\n\r\x20-\xff]+$/;

/** The statements of a session policy; the only condition that this account knows is `StringEquals`. */
export function readSessionPolicy(policy: string | undefined): readonly AwsStatement[] | undefined {
  if (policy === undefined) return undefined;
  if (policy.length > MAX_POLICY_CHARS) throw queryRefusal(400, 'PackedPolicyTooLarge', 'The policy is too large');
  if (!LETTERS.test(policy))
    throw queryRefusal(400, 'ValidationError', "Value at 'policy' failed to satisfy constraint");
  try {
    const { Version, Statement } = JSON.parse(policy) as { Version: string; Statement: Record<string, unknown>[] };
    if (Version !== '2012-10-17') throw new Error('Version');
    return Statement.map(readStatement);
  } catch {
    throw queryRefusal(400, 'MalformedPolicyDocument', 'Syntax errors in policy.');
  }
}

function readStatement({ Effect, Action, Resource, Condition, ...others }: Record<string, unknown>): AwsStatement {
  const { StringEquals = {}, ...conditions } = (Condition ?? {}) as Record<string, Record<string, string>>;
  const resources = [Resource].flat();
  if (Effect !== 'Allow' || !Array.isArray(Action) || Object.keys({ ...others, ...conditions }).length > 0) {
    throw new Error('Statement');
  }
  if (resources.some((one) => typeof one !== 'string' || !/^(?:\*|arn:)/.test(one))) throw new Error('Resource');
  return { actions: Action as string[], resources: resources as string[], equals: StringEquals };
}

/** Whether role and session policy both allow it; `context` holds the keys of conditions. */
export function isAllowed(
  { allows, policy }: AwsCredential,
  action: string,
  resource: string,
  context: Readonly<Record<string, string>> = {},
): boolean {
  if (!allows.includes('*') && !allows.includes(action)) return false;
  return (
    policy?.some(
      ({ actions, resources, equals }) =>
        actions.includes(action) &&
        resources.some((pattern) => toRegExp(pattern).test(resource)) &&
        Object.entries(equals).every(([name, value]) => context[name] === value),
    ) ?? true
  );
}

/** IAM's pattern: `*` and `?`, and these letters themselves as `${*}`, `${?}` and `${$}`. */
function toRegExp(pattern: string): RegExp {
  const parts = pattern.match(/\$\{[*?$]\}|[^]/gu) ?? [];
  const source = parts.map((part) => {
    if (part === '*') return '.*';
    if (part === '?') return '.';
    return (part.length > 1 && part.startsWith('$') ? (part[2] ?? '') : part).replace(/[\\^$.+()|[\]{}*?/]/g, '\\$&');
  });
  return new RegExp(`^(?:${source.join('')})$`, 'su');
}

/** Does as {@link isAllowed} says, and notes what was done. */
export function permit(
  state: AwsState,
  credential: AwsCredential,
  action: string,
  resource: string,
  protocol: Pick<Protocol, 'refuse' | 'denied'>,
  context: Readonly<Record<string, string>> = {},
): void {
  if (isAllowed(credential, action, resource, context)) {
    state.actions.push(action);
    return;
  }
  const reason = `because no identity-based policy allows the ${action} action`;
  const message = `User: ${credential.sessionArn} is not authorized to perform: ${action} on resource: ${resource} ${reason}`;
  throw protocol.refuse(...protocol.denied, message);
}
