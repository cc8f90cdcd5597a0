import { json, type Reply } from '../reply.ts';
import type { Call, Route } from '../router.ts';
import { addCredential, createEntraState, issuerOf, type EntraState } from './state.ts';
import { checkTenant, giveToken } from './token.ts';
import type { EntraDeps, EntraSandbox } from './types.ts';

export type * from './types.ts';

/** One directory of Microsoft Entra, strict about everything that a federated credential compares. */
export async function createEntra(
  deps: EntraDeps,
): Promise<{ readonly entra: EntraSandbox; readonly routes: readonly Route[] }> {
  const state = await createEntraState(deps);
  const { authority, tenantId } = state;
  const entra: EntraSandbox = {
    authority,
    tenantId,
    issuer: issuerOf(state, 2),
    tokenUrl: `${authority}/${tenantId}/oauth2/v2.0/token`,
    keys: () => ({ keys: [state.key.publicJwk] }),
    addCredential(clientId, credential) {
      const application = state.applications.find((known) => known.clientId === clientId);
      if (!application) throw new Error(`The directory has no application ${clientId}.`);
      addCredential(application, credential, state.now() + state.propagationMs);
    },
  };
  return { entra, routes: entraRoutes(state, entra) };
}

function entraRoutes(state: EntraState, entra: EntraSandbox): Route[] {
  const shared = { origins: [new URL(state.authority).origin], query: [] };
  const publish =
    (document: () => object) =>
    ({ params }: Call): Reply => {
      checkTenant(state, params['tenant'] ?? '');
      return json(200, document());
    };
  return [
    { ...shared, method: 'POST', path: '/:tenant/oauth2/v2.0/token', handle: (call) => giveToken(state, call) },
    {
      ...{ ...shared, method: 'GET', path: '/:tenant/v2.0/.well-known/openid-configuration' },
      handle: publish(() => discovery(state, entra)),
    },
    { ...shared, method: 'GET', path: '/:tenant/discovery/v2.0/keys', handle: publish(() => entra.keys()) },
  ];
}

function discovery({ authority, tenantId }: EntraState, { issuer, tokenUrl }: EntraSandbox): object {
  return {
    issuer,
    token_endpoint: tokenUrl,
    token_endpoint_auth_methods_supported: ['client_secret_post', 'private_key_jwt', 'client_secret_basic'],
    jwks_uri: `${authority}/${tenantId}/discovery/v2.0/keys`,
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
    response_types_supported: ['code', 'id_token', 'code id_token', 'id_token token'],
  };
}
