import type { JSONWebKeySet } from 'jose';
import { takeSigningKey } from '../bitbucket/keys.ts';
import { json, type Reply } from '../reply.ts';
import type { Call, Route } from '../router.ts';
import { askAccount } from './iam.ts';
import { showPublicKey, signDigest } from './kms.ts';
import { accessSecret } from './secrets.ts';
import type { GoogleState } from './state.ts';
import { exchangeToken } from './sts.ts';
import type { GoogleOptions, GoogleSandbox } from './types.ts';

const KEY_PATH = '/v1/projects/:project/locations/:location/keyRings/:ring/cryptoKeys/:key/cryptoKeyVersions';
const SECRETS = 'https://secretmanager.googleapis.com';
/** Behind the keys of the other issuers of this process: no two of them may share one. */
const KEY_INDEX = 7;

type Handle = (state: GoogleState, call: Call) => Promise<Reply> | Reply;

/**
 * Google Cloud, as far as a step of a pipeline goes: federation, service accounts, Secret Manager, Cloud KMS. Every host
 * is the real one: a policy cannot name another.
 */
export async function createGoogle(
  options: GoogleOptions,
): Promise<{ readonly google: GoogleSandbox; readonly routes: readonly Route[] }> {
  const idTokenKey = await takeSigningKey(KEY_INDEX);
  const state: GoogleState = { options, tokens: [], audit: [], idTokenKey };
  const keys = (): JSONWebKeySet => ({ keys: [idTokenKey.publicJwk] });
  const table: readonly (readonly [Route['method'], origins: readonly string[], path: string, Handle])[] = [
    ['POST', ['https://sts.googleapis.com'], '/v1/token', exchangeToken],
    ['POST', ['https://iamcredentials.googleapis.com'], '/v1/projects/-/serviceAccounts/:call', askAccount],
    ['GET', [SECRETS], '/v1/projects/:project/secrets/:secret/versions/:call', accessSecret],
    [
      'GET',
      regionsOf(options).map((region) => `https://secretmanager.${region}.rep.googleapis.com`),
      '/v1/projects/:project/locations/:location/secrets/:secret/versions/:call',
      accessSecret,
    ],
    ['GET', ['https://cloudkms.googleapis.com'], `${KEY_PATH}/:version/publicKey`, showPublicKey],
    ['POST', ['https://cloudkms.googleapis.com'], `${KEY_PATH}/:call`, signDigest],
    ['GET', ['https://www.googleapis.com'], '/oauth2/v3/certs', () => json(200, keys())],
    ['GET', ['https://accounts.google.com'], '/.well-known/openid-configuration', showDiscovery],
  ];
  const routes = table.map(([method, origins, path, handle]) => ({
    ...{ method, origins, path, query: [] },
    handle: (call: Call) => handle(state, call),
  }));
  return { google: { tokens: state.tokens, audit: state.audit, keys }, routes };
}

function regionsOf({ secrets = [] }: GoogleOptions): readonly string[] {
  return secrets.flatMap(({ name }) => /\/locations\/([^/]+)\//.exec(name)?.[1] ?? []);
}

function showDiscovery(): Reply {
  return json(200, {
    issuer: 'https://accounts.google.com',
    jwks_uri: 'https://www.googleapis.com/oauth2/v3/certs',
    response_types_supported: ['id_token'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
  });
}
