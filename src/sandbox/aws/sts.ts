import { randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import { takeSigningKey } from '../bitbucket/keys.ts';
import { json, type Reply } from '../reply.ts';
import type { Call } from '../router.ts';
import { assumeRole } from './assume-role.ts';
import { readBody } from './body.ts';
import { QUERY, queryRefusal } from './refusal.ts';
import { permit } from './session-policy.ts';
import { authenticate } from './signature.ts';
import type { AwsState } from './state.ts';

/** Of the keys of this process: not one that Bitbucket's issuer uses. */
const KEY_INDEX = 20;
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  AssumeRoleWithWebIdentity: ['RoleArn', 'RoleSessionName', 'WebIdentityToken', 'DurationSeconds', 'Policy'],
  GetWebIdentityToken: ['Audience.member.1', 'SigningAlgorithm', 'DurationSeconds'],
};

/** The regional endpoint of STS: the query protocol. */
export async function answerSts(state: AwsState, call: Call): Promise<Reply> {
  const body = await readBody(call);
  const { headers } = call.request;
  // Without it the answer would be XML, which this fake does not write.
  if (headers.get('accept') !== 'application/json') throw queryRefusal(400, 'SandboxOnly', 'Ask for application/json.');
  if (headers.get('content-type') !== 'application/x-www-form-urlencoded') {
    throw queryRefusal(400, 'MissingAction', 'Content-Type must be application/x-www-form-urlencoded');
  }
  const fields = readFields(body);
  if (fields['Action'] === 'GetWebIdentityToken') return await vendToken(state, call, body, fields);
  if (headers.get('authorization') !== null) {
    throw queryRefusal(400, 'SandboxOnly', 'The token is the proof: AssumeRoleWithWebIdentity takes no signature.');
  }
  return await assumeRole(state, fields);
}

function readFields(body: string): Record<string, string> {
  const form = [...new URLSearchParams(body)];
  const fields = Object.fromEntries(form);
  const known = FIELDS[fields['Action'] ?? ''];
  if (!known) throw queryRefusal(400, 'InvalidAction', `Could not find operation ${fields['Action'] ?? 'none'}`);
  if (fields['Version'] !== '2011-06-15') throw queryRefusal(400, 'InvalidAction', 'Could not find that version');
  const other = form.find(([name]) => name !== 'Action' && name !== 'Version' && !known.includes(name))?.[0];
  if (other !== undefined) throw queryRefusal(400, 'ValidationError', `Unknown parameter ${other}`);
  if (form.length > Object.keys(fields).length) throw queryRefusal(400, 'ValidationError', 'A parameter is sent twice');
  return fields;
}

/** Outbound identity federation: a JWT whose subject is the role, whatever step has assumed it. */
async function vendToken(
  state: AwsState,
  call: Call,
  body: string,
  fields: Readonly<Record<string, string>>,
): Promise<Reply> {
  const credential = authenticate(state, call, body, 'sts', QUERY);
  permit(state, credential, 'sts:GetWebIdentityToken', '*', QUERY);
  const { 'Audience.member.1': audience = '', SigningAlgorithm: algorithm = '' } = fields;
  const seconds = Number(fields['DurationSeconds'] ?? 300);
  if (audience === '' || audience.length > 1000) throw queryRefusal(400, 'ValidationError', 'Audience is out of range');
  if (algorithm !== 'RS256') throw queryRefusal(400, 'ValidationError', 'The sandbox signs with RS256 alone');
  if (!(seconds >= 60 && seconds <= 3600))
    throw queryRefusal(400, 'ValidationError', 'DurationSeconds is out of range');
  if (!state.outboundFederation) {
    const message = 'Outbound web identity federation is not enabled for this account';
    throw queryRefusal(403, 'OutboundWebIdentityFederationDisabledException', message);
  }
  const issuedAt = Math.floor(state.now() / 1000);
  const expiresAt = issuedAt + seconds;
  if (expiresAt * 1000 > credential.expiresAt) {
    throw queryRefusal(403, 'SessionDurationEscalationException', 'The token would outlive the session');
  }
  const { privateKey, keyId } = await takeSigningKey(KEY_INDEX);
  const claims = { iss: state.webIdentityIssuer, sub: credential.roleArn, aud: audience, jti: randomUUID() };
  const token = await new SignJWT({ ...claims, iat: issuedAt, exp: expiresAt })
    .setProtectedHeader({ alg: 'RS256', kid: keyId, typ: 'JWT' })
    .sign(privateKey);
  const result = { GetWebIdentityTokenResult: { WebIdentityToken: token, Expiration: expiresAt } };
  return json(200, { GetWebIdentityTokenResponse: { ...result, ResponseMetadata: { RequestId: 'sandbox' } } });
}

export async function webIdentityKey(): ReturnType<typeof takeSigningKey> {
  return await takeSigningKey(KEY_INDEX);
}
