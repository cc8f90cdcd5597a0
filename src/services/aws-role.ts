import { decodeJwt } from 'jose';
import { PipeError } from '../errors.ts';
import { asRecord } from '../fields.ts';
import type { HttpReply } from '../http/index.ts';
import { isToken, Secret } from '../secret.ts';
import { toAscii } from '../text.ts';
import { askAws, stsForm, type AwsDeps, type AwsSession } from './aws-call.ts';
import { awsUnusable, type AwsAsked } from './aws-error.ts';
import { findAwsFaults } from './aws-region.ts';

/** The least that STS gives, and all that a few requests need: nothing revokes these keys. */
const LIFE_SECONDS = 900;
const OPERATION = 'AssumeRoleWithWebIdentity';
const MAX_SHOWN_CHARS = 256;

export interface AwsRoleAsked {
  readonly region: string;
  readonly role: string;
  /** For whom, in errors: `hop aws`. */
  readonly asker: string;
  /** All that the session may do, whatever else the role may: an action alone is allowed on every resource. */
  readonly allow: readonly (string | AwsPermission)[];
}

/** A statement of a session policy. */
export interface AwsPermission {
  readonly Action: readonly string[];
  /** ARNs, in ASCII: STS takes no letter past U+00FF in a policy, but JSON's escapes of it. */
  readonly Resource: readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/**
 * Assumes a role by a token of whoever its trust policy admits. The request is not signed: the token is the proof.
 *
 * Temporary keys cannot be revoked. So they get the shortest life that there is, and a session policy that leaves them
 * nothing but what this run asks; they stay in this process, and end by themselves.
 *
 * Not run against AWS. The answer is asked for in JSON, and read in XML as well.
 * @throws {PipeError}
 */
export async function assumeAwsRole(
  { region, role, asker, allow }: AwsRoleAsked,
  token: Secret | undefined,
  deps: AwsDeps,
  session: string,
  signal: AbortSignal,
): Promise<AwsSession> {
  refuseFaults({ region, role }, asker);
  if (!token) throw noToken(asker);
  const about: AwsAsked = {
    ...{ asker, service: 'AWS STS', region, asked: 'assume the role', action: `sts:${OPERATION}`, target: role, role },
    claims: readClaims(token),
  };
  const form = stsForm(OPERATION, {
    RoleArn: role,
    // STS takes letters, digits and `+=,.@-_`, 2 to 64 of them.
    RoleSessionName: session.replace(/[^\w+=,.@-]/g, '-').slice(0, 64),
    WebIdentityToken: token,
    DurationSeconds: String(LIFE_SECONDS),
    Policy: writePolicy(allow),
  });
  const { reply } = await askAws(about, 'sts', () => ({ form }), deps, signal);
  const read = readSts(reply, OPERATION, 'Credentials');
  const keys = readKeys(about, read);
  const expiresAt = readStsTime(read('Expiration')) ?? deps.clock.now() + LIFE_SECONDS * 1000;
  const until = new Date(expiresAt).toISOString();
  deps.log.debug(`${asker}: the keys ${keys.accessKeyId} of ${role} cannot be revoked, and end at ${until}`);
  return { asker, region, role, keys, expiresAt };
}

function writePolicy(allow: AwsRoleAsked['allow']): string {
  const actions = allow.filter((one) => typeof one === 'string');
  const everywhere = actions.length > 0 ? [{ Action: actions, Resource: '*' }] : [];
  const permissions = [...everywhere, ...allow.filter((one) => typeof one !== 'string')];
  const Statement = permissions.map((permission) => ({ Effect: 'Allow', ...permission }));
  return toAscii(JSON.stringify({ Version: '2012-10-17', Statement }));
}

/** A host is built from the region: nothing is sent before it is known to be one. */
function refuseFaults(role: Pick<AwsRoleAsked, 'region' | 'role'>, asker: string): void {
  const faults = findAwsFaults(role);
  if (faults.length === 0) return;
  throw new PipeError({ code: 'POLICY_INVALID', message: `The policy names no usable role (${asker}).`, faults });
}

function noToken(asker: string): PipeError {
  return new PipeError({
    code: 'TOKEN_MISSING',
    message: `AWS STS wants an OIDC token to assume a role by (${asker}).`,
    got: 'no token',
    wanted: "the step's token, or the one of the hop before",
    fix: 'Add oidc: {audiences: […]} to the step, with an audience of the IAM identity provider.',
  });
}

/** The values of an answer of STS: in JSON, or in the XML that the query protocol was made for. */
export function readSts(reply: HttpReply, operation: string, ...path: readonly string[]): (name: string) => unknown {
  if (reply.body === undefined) {
    return (name) => new RegExp(`<${name}>\\s*([^<\\s]*)\\s*</${name}>`).exec(reply.text)?.[1];
  }
  const steps = [`${operation}Response`, `${operation}Result`, ...path];
  const values = steps.reduce<unknown>((value, step) => asRecord(value)[step], reply.body);
  return (name) => asRecord(values)[name];
}

/** Seconds since 1970 in JSON, ISO 8601 in XML. As milliseconds; undefined for anything else. */
export function readStsTime(value: unknown): number | undefined {
  const ms = typeof value === 'number' ? value * 1000 : typeof value === 'string' ? Date.parse(value) : NaN;
  // The last day that a date can be.
  return Math.abs(ms) <= 8.64e15 ? ms : undefined;
}

function readKeys(about: AwsAsked, read: (name: string) => unknown): AwsSession['keys'] {
  const [id, key, token] = ['AccessKeyId', 'SecretAccessKey', 'SessionToken'].map(read);
  if (typeof id !== 'string' || !/^\w{16,128}$/.test(id) || !isToken(key) || !isToken(token)) {
    const got = `AccessKeyId ${typeof id}, SecretAccessKey ${typeof key}, SessionToken ${typeof token}`;
    throw awsUnusable(about, got, 'Credentials with AccessKeyId, SecretAccessKey and SessionToken');
  }
  return { accessKeyId: id, secretAccessKey: new Secret(key), sessionToken: new Secret(token) };
}

/** What AWS compares, for an error; nobody has checked them here. */
function readClaims(token: Secret): NonNullable<AwsAsked['claims']> {
  let claims: Readonly<Record<string, unknown>>;
  try {
    claims = decodeJwt(token.reveal());
  } catch {
    claims = {};
  }
  const say = (name: string): string => {
    const value = claims[name];
    const text = Array.isArray(value) ? value.join(', ') : typeof value === 'string' ? value : 'none';
    return text.replace(/[^\x20-\x7e]/g, '?').slice(0, MAX_SHOWN_CHARS);
  };
  return { iss: say('iss'), sub: say('sub'), aud: say('aud') };
}
