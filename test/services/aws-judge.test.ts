import { describe, expect, it } from '@jest/globals';
import { judgeAws, mayPass } from '../../src/services/aws-judge.ts';

const ASKED = {
  ...{ asker: 'hop aws', service: 'AWS Secrets Manager', region: 'eu-central-1', asked: 'give the secret' },
  ...{ action: 'secretsmanager:GetSecretValue', target: 'vercel/token', role: 'arn:aws:iam::1:role/deploy' },
};
const ASSUME = {
  ...ASKED,
  ...{ service: 'AWS STS', action: 'sts:AssumeRoleWithWebIdentity', target: ASKED.role },
  claims: { iss: 'https://issuer.example/ws', sub: '{repo}:{env}:{step}', aud: 'ari:cloud:x' },
};

describe('what an error of AWS means', () => {
  it.each([
    [400, 'ExpiredToken', 'CREDENTIAL_INVALID', /new token/],
    [403, 'IDPRejectedClaim', 'CREDENTIAL_INVALID', /new token/],
    [400, 'IDPCommunicationError', 'SERVICE_FAILED', /keys of https:\/\/issuer\.example\/ws/],
    [403, 'InvalidClientTokenId', 'CREDENTIAL_INVALID', /one partition/],
    [400, 'UnrecognizedClient', 'CREDENTIAL_INVALID', /one partition/],
    [403, 'SignatureDoesNotMatch', 'CREDENTIAL_INVALID', /clock/],
    [400, 'InvalidSignature', 'CREDENTIAL_INVALID', /clock/],
    [400, 'IncompleteSignature', 'CREDENTIAL_INVALID', /clock/],
    [400, 'RequestExpired', 'CREDENTIAL_INVALID', /clock/],
    [403, 'RegionDisabled', 'EXCHANGE_NOT_ENABLED', /Activate STS in eu-central-1/],
    [403, 'OptInRequired', 'EXCHANGE_NOT_ENABLED', /Enable the region eu-central-1/],
    [403, 'SubscriptionRequired', 'EXCHANGE_NOT_ENABLED', /Activate AWS STS/],
    [400, 'PackedPolicyTooLarge', 'EXCHANGE_NOT_ENABLED', /session tags/],
    [400, 'ValidationError', 'EXCHANGE_NOT_ENABLED', /arn:aws:iam::1:role\/deploy is written/],
    [429, '', 'RATE_LIMITED', /AWS STS limits/],
    [400, 'Throttling', 'RATE_LIMITED', /AWS STS limits/],
    [500, 'InternalFailure', 'SERVICE_FAILED', /health\.aws\.amazon\.com/],
    [503, 'AccessDenied', 'SERVICE_FAILED', /health/],
    [403, 'SomethingNew', 'DENIED_BY_PROVIDER', /Allow sts:AssumeRoleWithWebIdentity/],
    [400, 'SomethingNew', 'EXCHANGE_NOT_ENABLED', /Look up this error of AWS STS/],
    [400, 'constructor', 'EXCHANGE_NOT_ENABLED', /Look up/],
  ])('of STS: status %i %s is %s', (status, code, wanted, fix) => {
    expect(judgeAws(ASSUME, status, { code, message: '' })).toEqual({ code: wanted, fix: expect.stringMatching(fix) });
  });

  it.each([
    [
      400,
      'AccessDenied',
      'DENIED_BY_PROVIDER',
      /^Allow secretsmanager:GetSecretValue on vercel\/token in eu-central-1/,
    ],
    [400, 'ResourceNotFound', 'EXCHANGE_NOT_ENABLED', /in eu-central-1 has no vercel\/token/],
    [400, 'InvalidRequest', 'EXCHANGE_NOT_ENABLED', /^Restore vercel\/token/],
    [400, 'InvalidParameter', 'EXCHANGE_NOT_ENABLED', /vercel\/token is written/],
    [400, 'Validation', 'EXCHANGE_NOT_ENABLED', /vercel\/token is written/],
    [400, 'DecryptionFailure', 'DENIED_BY_PROVIDER', /kms:Decrypt/],
    [403, 'OutboundWebIdentityFederationDisabled', 'EXCHANGE_NOT_ENABLED', /enable-outbound-web-identity-federation/],
    [403, 'SessionDurationEscalation', 'CREDENTIAL_INVALID', /Run the step again/],
    [400, 'JWTPayloadSizeExceeded', 'EXCHANGE_NOT_ENABLED', /^Take tags off arn:aws:iam::1:role\/deploy/],
    [400, 'NotFound', 'EXCHANGE_NOT_ENABLED', /has no vercel\/token/],
    [400, 'InvalidArn', 'EXCHANGE_NOT_ENABLED', /is written/],
    [400, 'Disabled', 'EXCHANGE_NOT_ENABLED', /^Enable the key/],
    [400, 'KMSInvalidState', 'EXCHANGE_NOT_ENABLED', /state Enabled/],
    [400, 'InvalidKeyUsage', 'EXCHANGE_NOT_ENABLED', /SIGN_VERIFY/],
    [400, 'UnsupportedOperation', 'EXCHANGE_NOT_ENABLED', /SIGN_VERIFY/],
  ])('of the others: status %i %s is %s', (status, code, wanted, fix) => {
    expect(judgeAws(ASKED, status, { code, message: '' })).toEqual({ code: wanted, fix: expect.stringMatching(fix) });
  });

  it('names what a trust policy compares, and what it got', () => {
    const { code, fix } = judgeAws(ASSUME, 403, { code: 'AccessDenied', message: '' });
    expect(code).toBe('DENIED_BY_PROVIDER');
    expect(fix).toContain('oidc-provider/issuer.example/ws, StringEquals "issuer.example/ws:aud" ari:cloud:x');
    expect(fix).toContain('it got sub {repo}:{env}:{step}');
  });

  it.each([
    [
      'No OpenIDConnect provider found in your account for https://i',
      'EXCHANGE_NOT_ENABLED',
      /^Create an IAM OIDC identity provider for https:\/\/issuer\.example\/ws with the audience ari:cloud:x/,
    ],
    ['Incorrect token audience', 'DENIED_BY_PROVIDER', /add-client-id-to-open-id-connect-provider.*got ari:cloud:x/],
    [
      "OpenIDConnect provider's HTTPS certificate doesn't match configured thumbprint",
      'EXCHANGE_NOT_ENABLED',
      /^Update the thumbprints/,
    ],
    ["Couldn't retrieve verification key from your identity provider", 'SERVICE_FAILED', /keys of https:\/\/issuer/],
    ['The ID Token provided is not a valid JWT.', 'CREDENTIAL_INVALID', /new token/],
  ])('tells InvalidIdentityToken apart by its words: %s', (message, wanted, fix) => {
    const error = { code: 'InvalidIdentityToken', message };
    expect(judgeAws(ASSUME, 400, error)).toEqual({ code: wanted, fix: expect.stringMatching(fix) });
  });
});

describe('what may pass by itself', () => {
  it.each([
    [400, 'Throttling', true],
    [400, 'TooManyRequests', true],
    [400, 'IDPCommunicationError', true],
    // The client has waited for these already.
    [503, 'Throttling', false],
    [429, 'Throttling', false],
    [400, 'AccessDenied', false],
  ])('status %i %s: %s', (status, code, wanted) => {
    expect(mayPass(status, code)).toBe(wanted);
  });
});
