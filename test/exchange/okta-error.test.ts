import { describe, expect, it } from '@jest/globals';
import { oktaRefused } from '../../src/exchange/okta-error.ts';
import type { HopConfigs } from '../../src/exchange/index.ts';

const SETTINGS: HopConfigs['okta'] = {
  ...{ url: 'https://acme.okta.com/oauth2/default', client: '0oa1b2c3', scope: 'deploy', signer: {} },
};
const TOLD = { settings: SETTINGS, tokenUrl: `${SETTINGS.url}/v1/token`, clientKey: '{"kty":"EC"}' };

type Case = readonly [said: string, code: string, fix: RegExp];

/** Every refusal of a client that acts for itself, in Okta's words, and the next step. */
const REFUSALS: Readonly<Record<string, readonly Case[]>> = {
  '401 invalid_client': [
    [
      'The issuer claim for client_assertion is not a valid client_id.',
      'CREDENTIAL_INVALID',
      /no active client 0oa1b2c3/,
    ],
    ['The subject claim for client_assertion is not a valid client_id.', 'CREDENTIAL_INVALID', /Client ID of the/],
    ["Invalid value for 'client_id' parameter.", 'CREDENTIAL_INVALID', /Client ID of the application/],
    [
      'The audience claim for client_assertion must be the endpoint invoked for the request.',
      ...(['EXCHANGE_NOT_ENABLED', /default\/v1\/token: .*Issuer URI that Okta shows/] as const),
    ],
    ['The client_assertion token is expired.', 'CREDENTIAL_INVALID', /clock of this step/],
    [
      'The client_assertion token has an expiration too far into the future.',
      'CREDENTIAL_INVALID',
      /clock of this step/,
    ],
    ['The client_assertion token must be issued before the current time.', 'CREDENTIAL_INVALID', /clock of this step/],
    ['The client_assertion token has already been used.', 'CREDENTIAL_INVALID', /Run the step again/],
    ['The client_assertion signature is invalid.', 'CREDENTIAL_INVALID', /Public Keys, Add key.*\n\{"kty":"EC"\}$/],
    [
      'The client_assertion JWT kid is invalid.',
      'CREDENTIAL_INVALID',
      /no kid \(set keyId of the hop okta to its KID\)/,
    ],
    [
      'The client does not have a JWKSet configured, but the client_assertion requires one.',
      'CREDENTIAL_INVALID',
      /Add key/,
    ],
    ['The client_assertion JWT needs to be signed using a signing key.', 'CREDENTIAL_INVALID', /Add key/],
    ["The public key being used for client assertion has an invalid 'use' parameter.", 'CREDENTIAL_INVALID', /Add key/],
    ['Error retrieving the client JWKSet from jwks_uri.', 'CREDENTIAL_INVALID', /Add key/],
    [
      'The client_assertion JWT signature algorithm is invalid.',
      'CREDENTIAL_INVALID',
      /token_endpoint_auth_signing_alg/,
    ],
    ["Only clients with 'application_type' of 'service' may use it.", 'EXCHANGE_NOT_ENABLED', /kind API Services/],
    [
      'Client authentication failed. Either the client or the client credentials are invalid.',
      'CREDENTIAL_INVALID',
      /Private key/,
    ],
  ],
  '401 access_denied': [
    [
      'Policy evaluation failed for this request, please check the policy configurations.',
      ...(['DENIED_BY_PROVIDER', /access policy .* fit 0oa1b2c3: .*Client Credentials .*deploy/] as const),
    ],
  ],
  '400 access_denied': [
    [
      'Policy evaluation succeeded, but all the requested scopes were rejected.',
      'DENIED_BY_PROVIDER',
      /Scopes requested/,
    ],
    ['Some of the requested scopes were denied by the policy.', 'DENIED_BY_PROVIDER', /Scopes requested/],
    ['The requested feature is not enabled in this environment.', 'EXCHANGE_NOT_ENABLED', /API Access Management/],
  ],
  '403 access_denied': [
    [
      "The request is made from outside the client's permitted network zones.",
      'DENIED_BY_PROVIDER',
      /Security, Networks/,
    ],
  ],
  '400 consent_required': [
    ['The following scopes require user consent: [deploy].', 'DENIED_BY_PROVIDER', /scope deploy to Implicit/],
  ],
  '400 invalid_scope': [
    [
      'One or more scopes are not configured for it.',
      'EXCHANGE_NOT_ENABLED',
      /Add the scope deploy to the authorization/,
    ],
    ["Cannot request 'openid' scopes using client credentials.", 'EXCHANGE_NOT_ENABLED', /scopes of your own/],
  ],
  '400 invalid_dpop_proof': [
    ['The DPoP proof JWT header is missing.', 'EXCHANGE_NOT_ENABLED', /Set dpop: true on the hop okta/],
    ['The DPoP proof JWT is issued in the future.', 'CREDENTIAL_INVALID', /clock of this step/],
    ['The DPoP proof JWT is issued more than five minutes in the past.', 'CREDENTIAL_INVALID', /clock of this step/],
    ["'htu' claim in the DPoP proof JWT is invalid.", 'CREDENTIAL_INVALID', /Issuer URI/],
  ],
  '400 use_dpop_nonce': [['Authorization server requires nonce.', 'SERVICE_FAILED', /Run the step again/]],
  '400 unauthorized_client': [
    [
      'The client is not authorized to use the provided grant type.',
      'EXCHANGE_NOT_ENABLED',
      /Client Credentials of 0oa1b2c3/,
    ],
    ['This client cannot use a custom authorization server.', 'EXCHANGE_NOT_ENABLED', /API Services/],
  ],
  '400 unsupported_grant_type': [
    ['The authorization grant type is not supported.', 'EXCHANGE_NOT_ENABLED', /grant type is Client Credentials/],
  ],
  '400 invalid_grant': [['SKU is not enabled', 'EXCHANGE_NOT_ENABLED', /API Access Management/]],
  '403 server_error': [
    ['The requested feature is not enabled in this environment.', 'EXCHANGE_NOT_ENABLED', /API Access Management/],
  ],
  '400 server_error': [['The callback service returned an error.', 'SERVICE_FAILED', /token inline hook/]],
  '400 temporarily_unavailable': [['Currently unable to handle it.', 'SERVICE_FAILED', /Run the step again/]],
  '400 invalid_request': [['Something new.', 'DENIED_BY_PROVIDER', /System Log of Okta \(Reports\) for 0oa1b2c3/]],
  '503 server_error': [['Down.', 'SERVICE_FAILED', /status page of Okta/]],
};

const cases = Object.entries(REFUSALS).flatMap(([answer, table]) =>
  table.map(([said, code, fix]) => ({ answer, said, code, fix })),
);

describe('what Okta refuses', () => {
  it.each(cases)('tells the next step: $answer $said', ({ answer, said, code, fix }) => {
    const [status, error] = answer.split(' ');
    const body = { error, error_description: said };
    const refused = oktaRefused({ status: Number(status), headers: {}, text: '', body }, TOLD);
    expect(refused).toMatchObject({ code, got: `status ${answer} ${said}`, fix: expect.stringMatching(fix) });
    expect(refused.message).toBe("Okta's token endpoint did not give the client 0oa1b2c3 a token (hop okta).");
  });

  it("in its API's own shape is told, too", () => {
    const summary = 'Not found: Resource not found: defualt (AuthorizationServer)';
    const body = { errorCode: 'E0000007', errorSummary: summary };
    expect(oktaRefused({ status: 404, headers: {}, text: '', body }, TOLD)).toMatchObject({
      ...{ code: 'EXCHANGE_NOT_ENABLED', got: `status 404 E0000007 ${summary}` },
      fix: expect.stringContaining('now https://acme.okta.com/oauth2/default'),
    });
  });

  it('names the KID that the policy has', () => {
    const body = { error: 'invalid_client', error_description: 'The client_assertion JWT kid is invalid.' };
    const told = { ...TOLD, settings: { ...SETTINGS, keyId: 'kid-1' } };
    const { fix } = oktaRefused({ status: 401, headers: {}, text: '', body }, told);
    expect(fix).toContain('The assertion has kid "kid-1" and the key is:');
  });
});
