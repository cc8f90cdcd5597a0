import { randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import { readForm } from '../body.ts';
import { json, type Reply } from '../reply.ts';
import type { Call } from '../router.ts';
import { acceptAssertion } from './assertion.ts';
import { aadsts } from './refusal.ts';
import { issuerOf, type Application, type EntraState } from './state.ts';
import type { ApiOptions } from './types.ts';

const JWT_BEARER = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const DEFAULT_SCOPE = '/.default';
const FIELDS = ['grant_type', 'client_id', 'scope'];

/** The token endpoint, as far as a client without a user goes. */
export async function giveToken(state: EntraState, { request, body, params }: Call): Promise<Reply> {
  checkTenant(state, params['tenant'] ?? '');
  const form = await readForm(request, body, {
    required: [],
    optional: [...FIELDS, 'client_assertion_type', 'client_assertion'],
  });
  const application = checkForm(state, form);
  const api = findApi(state, form['scope'] ?? '');
  await acceptAssertion(state, application, form['client_assertion'] ?? '');
  const roles = application.roles ? (application.roles[api.uri] ?? []) : ['deploy'];
  if (api.assignmentRequired === true && roles.length === 0) {
    const text = `Application '${application.clientId}' is not assigned to a role for the application '${api.uri}'.`;
    throw aadsts(501051, 'invalid_request', text, state.now());
  }
  const { expiresInSeconds: life } = state;
  const token = await signToken(state, application, api, roles);
  return json(
    200,
    { token_type: 'Bearer', expires_in: life, ext_expires_in: life, access_token: token },
    { 'cache-control': 'no-store, no-cache', 'x-ms-request-id': randomUUID() },
  );
}

export function checkTenant(state: EntraState, tenant: string): void {
  const known = [state.tenantId, ...state.domains].map((name) => name.toLowerCase());
  if (known.includes(tenant.toLowerCase())) return;
  const text = `Tenant '${tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud.`;
  throw aadsts(90002, 'invalid_request', text, state.now());
}

function checkForm(state: EntraState, form: Readonly<Record<string, string>>): Application {
  const now = state.now();
  const missing = FIELDS.find((field) => form[field] === undefined);
  if (missing !== undefined) {
    throw aadsts(
      900144,
      'invalid_request',
      `The request body must contain the following parameter: '${missing}'.`,
      now,
    );
  }
  const { grant_type: grant = '', client_id: clientId = '' } = form;
  if (grant !== 'client_credentials') {
    throw aadsts(70003, 'unsupported_grant_type', `The app requested an unsupported grant type '${grant}'.`, now);
  }
  const application = state.applications.find((known) => known.clientId.toLowerCase() === clientId.toLowerCase());
  if (!application) {
    const text = `Application with identifier '${clientId}' was not found in the directory '${state.tenantId}'.`;
    throw aadsts(700016, 'unauthorized_client', text, now);
  }
  if (form['client_assertion_type'] !== JWT_BEARER || form['client_assertion'] === undefined) {
    const text = "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.";
    throw aadsts(7000218, 'invalid_client', text, now);
  }
  return application;
}

function findApi(state: EntraState, scope: string): ApiOptions {
  const now = state.now();
  if (!scope.endsWith(DEFAULT_SCOPE) || scope.includes(' ')) {
    const text = `The provided value for scope ${scope} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).`;
    throw aadsts(1002012, 'invalid_scope', text, now);
  }
  const uri = scope.slice(0, -DEFAULT_SCOPE.length);
  const api = state.apis.find((known) => [known.uri, known.clientId].includes(uri));
  if (api) return api;
  const text = `The resource principal named ${uri} was not found in the tenant named ${state.tenantId}.`;
  throw aadsts(500011, 'invalid_resource', text, now);
}

function signToken(
  state: EntraState,
  application: Application,
  api: ApiOptions,
  roles: readonly string[],
): Promise<string> {
  const version = api.tokenVersion === undefined || api.tokenVersion === 2 ? 2 : 1;
  const issuedAt = Math.floor(state.now() / 1000);
  const { clientId, objectId } = application;
  return new SignJWT({
    ...(version === 2 ? { aud: api.clientId, azp: clientId } : { aud: api.uri, appid: clientId }),
    iss: issuerOf(state, version),
    ...{ iat: issuedAt, nbf: issuedAt, exp: issuedAt + state.expiresInSeconds },
    ...{
      idtyp: 'app',
      oid: objectId,
      sub: objectId,
      tid: state.tenantId,
      uti: randomUUID(),
      ver: `${String(version)}.0`,
    },
    ...(roles.length > 0 ? { roles } : {}),
  })
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: state.key.keyId })
    .sign(state.key.privateKey);
}
