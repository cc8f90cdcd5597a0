import { createLocalJWKSet, decodeJwt, errors, jwtVerify, type JWTPayload } from 'jose';
import { json, type Reply } from '../reply.ts';
import { queryRefusal } from './refusal.ts';
import { readSessionPolicy } from './session-policy.ts';
import { issueCredential, type AwsState, type Role } from './state.ts';
import type { AwsCredential, AwsStatement } from './types.ts';

const ACTION = 'sts:AssumeRoleWithWebIdentity';
const SESSION_NAME = /^[\w+=,.@-]{2,64}$/;
const CLOCK_SKEW_SECONDS = 300;

/** `AssumeRoleWithWebIdentity`: who has a token of a provider that the account and the role trust. */
export async function assumeRole(state: AwsState, fields: Readonly<Record<string, string>>): Promise<Reply> {
  const { RoleArn: arn = '', RoleSessionName: name = '', WebIdentityToken: token = '', Policy: policy } = fields;
  const seconds = Number(fields['DurationSeconds'] ?? 3600);
  if (!SESSION_NAME.test(name)) throw invalid(`Value '${name}' at 'roleSessionName' failed to satisfy constraint`);
  if (token.length < 4 || token.length > 20_000)
    throw invalid("Value at 'webIdentityToken' failed to satisfy constraint");
  if (!(seconds >= 900 && seconds <= 3600))
    throw invalid(`Value '${String(seconds)}' at 'durationSeconds' is out of range`);
  const claims = await verify(state, token);
  const role = state.roles.find((one) => one.arn === arn);
  if (!role || !admits(role, claims)) throw queryRefusal(403, 'AccessDenied', `Not authorized to perform ${ACTION}`);
  state.actions.push(ACTION);
  const sessionArn = `${arn.replace(':iam:', ':sts:').replace(':role/', ':assumed-role/')}/${name}`;
  const statements = readSessionPolicy(policy);
  const allows = narrow(role.allows, statements);
  const expiresAt = state.now() + seconds * 1000;
  return answer(
    state,
    issueCredential(state, { expiresAt, roleArn: arn, sessionArn, allows, policy: statements }),
    claims,
  );
}

function answer({ provider }: AwsState, credential: AwsCredential, { sub }: JWTPayload): Reply {
  const { accessKeyId, secretAccessKey, sessionToken, expiresAt, sessionArn } = credential;
  const result = {
    Audience: provider?.audiences[0],
    AssumedRoleUser: { Arn: sessionArn, AssumedRoleId: `AROASANDBOX:${sessionArn.split('/').at(-1) ?? ''}` },
    Provider: provider?.url.replace('https://', ''),
    SubjectFromWebIdentityToken: sub,
    Credentials: {
      AccessKeyId: accessKeyId,
      SecretAccessKey: secretAccessKey,
      SessionToken: sessionToken,
      Expiration: Math.floor(expiresAt / 1000),
    },
  };
  const body = { AssumeRoleWithWebIdentityResult: result, ResponseMetadata: { RequestId: 'sandbox' } };
  return json(200, { AssumeRoleWithWebIdentityResponse: body });
}

/** With the keys that the provider publishes. */
async function verify(state: AwsState, token: string): Promise<JWTPayload> {
  const issuer = readIssuer(token);
  const { provider } = state;
  if (issuer !== provider?.url) {
    throw badToken(`No OpenIDConnect provider found in your account for ${issuer}`);
  }
  try {
    const { payload } = await jwtVerify(token, createLocalJWKSet(state.issuer.keys()), {
      algorithms: ['RS256'],
      requiredClaims: ['sub', 'aud', 'iat', 'exp'],
      clockTolerance: CLOCK_SKEW_SECONDS,
      currentDate: new Date(state.now()),
    });
    const audiences = [payload.aud ?? []].flat();
    if (!audiences.some((one) => provider.audiences.includes(one))) throw badToken('Incorrect token audience');
    return payload;
  } catch (error) {
    if (error instanceof errors.JWTExpired) {
      throw queryRefusal(
        400,
        'ExpiredTokenException',
        'Token expired: current date/time must be before the expiration date/time',
      );
    }
    if (error instanceof errors.JOSEError) throw badToken("Couldn't verify the signature of the token");
    throw error;
  }
}

function readIssuer(token: string): string {
  try {
    return decodeJwt(token).iss ?? '';
  } catch {
    throw badToken('The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)');
  }
}

/** Conditions of the trust policy: no other claim of a foreign token is seen. */
function admits({ audience, subjectLike }: Role, { aud, sub = '' }: JWTPayload): boolean {
  const pattern = subjectLike
    .replace(/[\\^$.+()|[\]{}]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return [aud ?? []].flat().includes(audience) && new RegExp(`^(?:${pattern})$`, 's').test(sub);
}

/** A session may do what both the role and the session policy allow. */
function narrow(role: readonly string[], policy: readonly AwsStatement[] | undefined): readonly string[] {
  if (!policy) return role;
  const actions = policy.flatMap((statement) => statement.actions);
  return role.includes('*') ? actions : actions.filter((action) => role.includes(action));
}

function badToken(message: string): Error {
  return queryRefusal(400, 'InvalidIdentityToken', message);
}

function invalid(message: string): Error {
  return queryRefusal(400, 'ValidationError', `1 validation error detected: ${message}`);
}
