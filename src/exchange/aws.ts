import { asRecord } from '../fields.ts';
import { isToken, Secret } from '../secret.ts';
import { callAws, callSts, type AwsAnswer, type AwsSession } from '../services/aws-call.ts';
import { awsUnusable } from '../services/aws-error.ts';
import { findAwsFaults } from '../services/aws-region.ts';
import { assumeAwsRole, readSts, readStsTime } from '../services/aws-role.ts';
import { describeExchange } from './audit.ts';
import type { HopConfigs } from './config.ts';
import { readStoredToken } from './stored-token.ts';
import type { HopDeps, HopKind, HopOutput } from './types.ts';

/** For the next hop, which takes it at once. */
const TOKEN_SECONDS = 300;
const SECRET_ARN = /^arn:[\w-]+:secretsmanager:([\w-]+):/;

/**
 * AWS: a role by the step's token, then a stored Vercel token of Secrets Manager, or a web identity token with a subject
 * that stays the same (the role), for a next hop that wants that, as Entra does.
 *
 * Nothing is revoked: the role's temporary keys and the web identity token cannot be, and a stored secret is not this
 * run's. The keys end 15 minutes after they were made, the token after 5 (see {@link assumeAwsRole}).
 *
 * Not run against AWS; uncertain are the JSON form of GetWebIdentityToken's answer (XML is read, too), and whether
 * expired tokens are told as ExpiredToken or InvalidIdentityToken (both mean the same here).
 */
export const awsHop: HopKind<'aws'> = {
  name: 'aws',
  takes: ['oidc'],
  gives: ({ identityToken }) => (identityToken === undefined ? 'vercel' : 'oidc'),
  check: findSettingFaults,
  async obtain(settings, input, deps, signal) {
    const { region, role, secret, identityToken } = settings;
    const allow =
      identityToken === undefined ? ['secretsmanager:GetSecretValue', 'kms:Decrypt'] : ['sts:GetWebIdentityToken'];
    const asked = { region, role, asker: 'hop aws', allow };
    const session = await assumeAwsRole(asked, input.token, deps, input.session, signal);
    return identityToken === undefined
      ? await readSecret(session, secret ?? '', settings.field, deps, signal)
      : await vendToken(session, identityToken, deps, signal);
  },
};

function findSettingFaults({ region, role, secret, field, identityToken }: HopConfigs['aws']): readonly string[] {
  const faults = findAwsFaults({ region, role });
  if ((secret === undefined) === (identityToken === undefined)) {
    faults.push('wanted one of secret (a Vercel token) and identityToken (for the next hop)');
  }
  if (field !== undefined && secret === undefined) faults.push('field is of a secret, and there is none');
  const home = SECRET_ARN.exec(secret ?? '')?.[1];
  if (home !== undefined && home !== region) faults.push(`the secret is in ${home}, and region is ${region}`);
  return faults;
}

async function readSecret(
  session: AwsSession,
  secret: string,
  field: string | undefined,
  deps: HopDeps,
  signal: AbortSignal,
): Promise<HopOutput> {
  const wanted = { operation: 'GetSecretValue', asked: 'give the secret', target: secret };
  const answer = await callAws(session, 'secretsmanager', wanted, { SecretId: secret }, deps, signal);
  return describe(session, answer, readToken(answer, secret, field), undefined);
}

function readToken({ reply, about }: AwsAnswer, secret: string, field: string | undefined): Secret {
  const { SecretString: text } = asRecord(reply.body);
  const fix = `Store the Vercel token in ${secret} as text, or as a JSON object with \`field\` naming its key.`;
  if (typeof text !== 'string') throw awsUnusable(about, `SecretString ${typeof text}`, 'a secret that is text', fix);
  const token = readStoredToken(field === undefined ? text : readObject(text)?.[field]);
  if (token && !(field === undefined && readObject(text))) return token;
  throw awsUnusable(about, describeSecret(text, field), 'one token without white space', fix);
}

function readObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** By its form alone: nothing of a secret is repeated. */
function describeSecret(text: string, field: string | undefined): string {
  const fields = readObject(text);
  if (!fields) return field === undefined ? 'text that is no token' : 'text that is no JSON object';
  const count = `a JSON object with ${String(Object.keys(fields).length)} fields`;
  if (field === undefined) return `${count}, and no \`field\` in the policy`;
  return Object.hasOwn(fields, field) ? `${count}, and ${field} is no token` : `${count}, and none is ${field}`;
}

async function vendToken(
  session: AwsSession,
  audience: string,
  deps: HopDeps,
  signal: AbortSignal,
): Promise<HopOutput> {
  const operation = 'GetWebIdentityToken';
  const wanted = { operation, asked: 'give a web identity token', target: `the audience ${audience}` };
  // RS256, because Entra takes nothing else.
  const fields = {
    'Audience.member.1': audience,
    SigningAlgorithm: 'RS256',
    DurationSeconds: String(TOKEN_SECONDS),
  };
  const answer = await callSts(session, wanted, fields, deps, signal);
  const read = readSts(answer.reply, operation);
  const token = read('WebIdentityToken');
  if (!isToken(token) || token.split('.').length !== 3) {
    throw awsUnusable(answer.about, `WebIdentityToken ${typeof token}`, 'a WebIdentityToken that is a JWT');
  }
  return describe(session, answer, new Secret(token), readStsTime(read('Expiration')));
}

function describe(
  { role }: AwsSession,
  { reply, url }: AwsAnswer,
  token: Secret,
  expiresAt: number | undefined,
): HopOutput {
  const audit = describeExchange('aws', { token, expiresAt, policyId: role, reply, url });
  return { hop: 'aws', token, expiresAt, clientId: undefined, audit, revoke: undefined };
}
