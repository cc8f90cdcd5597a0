import { SignJWT } from 'jose';
import { json, type Reply } from '../reply.ts';
import { answered, vaultRefusal } from './refusal.ts';
import type { VaultCall, VaultState } from './state.ts';

const DEFAULT_TTL_SECONDS = 86_400;

export function issuerOf({ address, namespace }: VaultState): string {
  return `${address}/v1/${namespace === '' ? '' : `${namespace}/`}identity/oidc`;
}

/** `GET identity/oidc/token/<role>`: about the entity of who asks, for the role's client. */
export async function issueIdentityToken(state: VaultState, { token }: VaultCall, roleName: string): Promise<Reply> {
  const role = Object.entries(state.options.identity ?? {}).find(([name]) => name === roleName)?.[1];
  if (!role) throw vaultRefusal(400, `role "${roleName}" not found`);
  const { client_id: clientId, ttl = DEFAULT_TTL_SECONDS } = role;
  const issuedAt = Math.floor(state.now() / 1000);
  const signed = await new SignJWT({
    ...{ iss: issuerOf(state), sub: token.entityId, aud: clientId, iat: issuedAt, exp: issuedAt + ttl },
    namespace: state.namespace === '' ? 'root' : state.namespace,
  })
    .setProtectedHeader({ alg: 'RS256', kid: state.identityKey.keyId })
    .sign(state.identityKey.privateKey);
  return answered({ data: { client_id: clientId, token: signed, ttl } });
}

/** The public documents of the issuer; undefined for any other path. */
export function publishIssuer(state: VaultState, path: string): Reply | undefined {
  const issuer = issuerOf(state);
  switch (path) {
    case 'identity/oidc/.well-known/keys':
      return json(200, { keys: [state.identityKey.publicJwk] });
    case 'identity/oidc/.well-known/openid-configuration':
      return json(200, {
        ...{ issuer, jwks_uri: `${issuer}/.well-known/keys`, response_types_supported: ['id_token'] },
        ...{ subject_types_supported: ['public'], id_token_signing_alg_values_supported: ['RS256'] },
      });
    default:
      return undefined;
  }
}
