import type { Answer } from '../../http/support/fake-network.ts';

export const PROVIDER =
  '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/pool/providers/bitbucket';
export const ACCOUNT = 'deploy@acme.iam.gserviceaccount.com';
export const SECRET = 'projects/1/secrets/vercel/versions/latest';
export const AUDIENCE = 'api://AzureADTokenExchange';

export const answer = (status: number, body: unknown): Answer => ({ status, body: JSON.stringify(body) });
export const oauth = (error: string, error_description: string): Answer => answer(400, { error, error_description });
export const federated = answer(200, { access_token: 'ya29.federated', token_type: 'Bearer', expires_in: 3599 });
export const impersonated = answer(200, { accessToken: 'ya29.account', expireTime: '2030-01-01T00:00:00Z' });

/** How Google's Security Token Service refuses, in its own words. */
export const STS_REFUSALS = [
  {
    name: 'the attribute condition',
    answer: oauth('unauthorized_client', 'The given credential is rejected by the attribute condition.'),
    ...{
      code: 'DENIED_BY_PROVIDER',
      fix: /attribute condition.*update-oidc bitbucket --location=global --workload-identity-pool=\S+ --attribute-condition/,
    },
  },
  {
    name: 'another audience',
    answer: oauth('invalid_grant', 'The audience in ID Token [x] does not match the expected audience.'),
    ...{ code: 'DENIED_BY_PROVIDER', fix: /--allowed-audiences/ },
  },
  {
    name: 'another issuer',
    answer: oauth('invalid_grant', 'The issuer in ID Token https://x does not match the expected ones: https://y.'),
    ...{ code: 'DENIED_BY_PROVIDER', fix: /--issuer-uri/ },
  },
  {
    name: 'a token that is over',
    answer: oauth('invalid_grant', 'ID Token issued at 1 is stale to sign-in.'),
    ...{ code: 'CREDENTIAL_INVALID', fix: /has expired/ },
  },
  {
    name: 'no such provider',
    answer: oauth('invalid_target', 'The target service indicated by the "audience" parameters is invalid.'),
    ...{ code: 'EXCHANGE_NOT_ENABLED', fix: /project's number.*up to 5 minutes/ },
  },
  {
    name: 'a provider that is none',
    answer: oauth('invalid_request', 'Invalid value for "audience".'),
    ...{ code: 'EXCHANGE_NOT_ENABLED', fix: /Check the provider in the policy/ },
  },
  {
    name: 'a long attribute',
    answer: oauth('invalid_request', 'The size of mapped attribute google.subject exceeds the 127 bytes limit.'),
    ...{ code: 'EXCHANGE_NOT_ENABLED', fix: /127 bytes/ },
  },
  {
    name: 'keys that cannot be read',
    answer: oauth('invalid_grant', "Error connecting to the given credential's issuer."),
    ...{ code: 'EXCHANGE_NOT_ENABLED', fix: /first step with `oidc: true`/ },
  },
];
export const STS_MALFORMED = [
  { name: 'no JSON', body: '<html>' },
  { name: 'null', body: 'null' },
  { name: 'no token', body: '{"token_type":"Bearer"}' },
  { name: 'no type', body: '{"access_token":"ya29.x"}' },
  { name: 'another type', body: '{"access_token":"ya29.x","token_type":"N_A"}' },
  { name: 'a token of two lines', body: '{"access_token":"a\\nb","token_type":"Bearer"}' },
];
