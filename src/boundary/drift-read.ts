import { PipeError } from '../errors.ts';
import { describeReply, type HttpReply } from '../http/index.ts';
import type { LivePolicy, VercelClaim, VercelSource } from './types.ts';

const PATH = '/v1/oauth-apps/oidc-federation/policies';

/**
 * Every OIDC policy of the team, as Vercel lists it.
 * @throws {PipeError} where it cannot be read, or not whole: no list is never taken for an empty one.
 */
export async function listPolicies(source: VercelSource, signal: AbortSignal): Promise<readonly LivePolicy[]> {
  const { http, apiUrl, teamId, token } = source;
  const url = `${apiUrl}${PATH}?teamId=${encodeURIComponent(teamId)}`;
  const reply = await http.request({ service: 'Vercel', method: 'GET', url, bearer: token, signal });
  if (reply.status !== 200) throw refused(reply, teamId);
  return parsePolicies(reply.body);
}

/** The same from a reply that somebody saved. */
export function parseListing(text: string): readonly LivePolicy[] {
  try {
    return parsePolicies(JSON.parse(text));
  } catch (error) {
    throw error instanceof PipeError ? error : unreadable('no JSON', 'an object');
  }
}

/** @throws {PipeError} `SERVICE_FAILED` for anything that is not such a list, read whole. */
function parsePolicies(body: unknown): readonly LivePolicy[] {
  const { policies, pagination } = fieldsOf(body, 'the reply');
  const { next } = pagination === undefined || pagination === null ? {} : fieldsOf(pagination, 'pagination');
  if (next !== undefined && next !== null) throw unreadable('a list with more pages', 'the whole list in one');
  return listOf(policies, 'policies').map((policy, index) => parsePolicy(policy, `policies[${String(index)}]`));
}

function parsePolicy(value: unknown, at: string): LivePolicy {
  const fields = fieldsOf(value, at);
  const optional = <T>(name: string, read: (value: unknown, at: string) => T): T | undefined => {
    const field = fields[name];
    return field === undefined || field === null ? undefined : read(field, `${at}.${name}`);
  };
  return {
    policyId: textOf(fields['policyId'], `${at}.policyId`),
    teamId: optional('teamId', textOf),
    name: optional('name', textOf),
    clientId: textOf(fields['clientId'], `${at}.clientId`),
    issuerUrl: textOf(fields['issuerUrl'], `${at}.issuerUrl`),
    claims: listOf(fields['claims'], `${at}.claims`).map((claim, index) =>
      parseClaim(claim, `${at}.claims[${String(index)}]`),
    ),
    permissions: optional('permissions', textsOf),
    commands: optional('commands', textsOf),
    projectIds: optional('resources', (resources, path) =>
      textsOf(fieldsOf(resources, path)['projectIds'], `${path}.projectIds`),
    ),
  };
}

function parseClaim(value: unknown, at: string): VercelClaim {
  const { name, values } = fieldsOf(value, at);
  return {
    name: textOf(name, `${at}.name`),
    values: listOf(values, `${at}.values`).map((item, index) => {
      const path = `${at}.values[${String(index)}]`;
      const { value: text, wildcards = false } = fieldsOf(item, path);
      if (typeof wildcards !== 'boolean') throw unreadable(`${path}.wildcards: ${typeof wildcards}`, 'a boolean');
      return { value: textOf(text, `${path}.value`), wildcards };
    }),
  };
}

function fieldsOf(value: unknown, at: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw unreadable(`${at}: ${kindOf(value)}`, 'an object');
}

function listOf(value: unknown, at: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw unreadable(`${at}: ${kindOf(value)}`, 'a list');
}

function textsOf(value: unknown, at: string): readonly string[] {
  return listOf(value, at).map((item, index) => textOf(item, `${at}[${String(index)}]`));
}

function textOf(value: unknown, at: string): string {
  if (typeof value === 'string') return value;
  throw unreadable(`${at}: ${kindOf(value)}`, 'a text');
}

function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  return value === null ? 'null' : Array.isArray(value) ? 'a list' : typeof value;
}

function unreadable(got: string, wanted: string): PipeError {
  return new PipeError({
    code: 'SERVICE_FAILED',
    message: "Vercel's list of OIDC policies is not as it is documented, so nothing can be said about drift.",
    got,
    wanted,
    fix: 'Take a newer version of the pipe; if there is none, please report this.',
  });
}

function refused(reply: HttpReply, teamId: string): PipeError {
  const got = describeReply(reply);
  const wanted = `the list of the OIDC policies of team ${teamId}`;
  const { error } = (reply.body ?? {}) as { readonly error?: { readonly invalidToken?: unknown } };
  if (reply.status === 401 || error?.invalidToken === true) {
    const fix = 'VERCEL_TOKEN may have been revoked or have expired: make a new one.';
    return new PipeError({
      code: 'CREDENTIAL_INVALID',
      message: 'Vercel does not accept the token.',
      got,
      wanted,
      fix,
    });
  }
  switch (reply.status) {
    case 403:
    case 404:
      return new PipeError({
        code: 'DENIED_BY_VERCEL',
        message: 'Vercel does not show its OIDC policies to this token.',
        got,
        wanted,
        fix: 'VERCEL_TOKEN must belong to somebody who may manage the OIDC policies of the team: an owner.',
      });
    case 429:
      return new PipeError({
        code: 'RATE_LIMITED',
        message: 'Vercel limits requests.',
        got,
        wanted,
        fix: 'Run it again later.',
      });
    default:
      return new PipeError({
        code: 'SERVICE_FAILED',
        message: 'Vercel could not list its OIDC policies.',
        got,
        wanted,
        fix: 'See vercel-status.com, then run it again.',
      });
  }
}
