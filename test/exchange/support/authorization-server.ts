import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JWK } from 'jose';
import {
  Provider,
  type Adapter,
  type AdapterPayload,
  type Client,
  type ClientMetadata,
  type Configuration,
} from 'oidc-provider';
import { takeSigningKey } from '../../../src/sandbox/bitbucket/keys.ts';

export interface AuthorizationServer {
  /** As Okta names its own: `…/oauth2/default`. */
  readonly url: string;
  /** Whether the server knows the token, and what of it. */
  introspect(token: string): Promise<Record<string, unknown> | undefined>;
  /** Why it refused, which it does not tell the client; in order. */
  readonly reasons: string[];
  close(): Promise<void>;
}

export interface ServerOptions {
  readonly clientId: string;
  readonly keys: readonly JWK[];
  /** Whether the client's tokens must be bound, with a nonce of the server's. */
  readonly dpop?: boolean;
}

/** The sandbox's keys of this process have other numbers. */
const KEY_INDEX = 2001;
const PATH = '/oauth2/default';

/** An independent authorization server (oidc-provider) on a loopback port, with Okta's paths and one client. */
export async function serveAuthorizationServer(options: ServerOptions): Promise<AuthorizationServer> {
  const server = createServer();
  // A test that fails must not keep the process.
  server.unref();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}${PATH}`;
  const { privateKey, keyId } = await takeSigningKey(KEY_INDEX);
  const ownKey = { ...privateKey.export({ format: 'jwk' }), kid: keyId, alg: 'RS256', use: 'sig' } as JWK;
  const provider = new Provider(url, configure(options, ownKey));
  const reasons: string[] = [];
  const remember = (_: unknown, error: Error): void => {
    const { error_detail: detail = '' } = error as { readonly error_detail?: string };
    reasons.push(`${error.message} ${detail}`.trim());
  };
  provider.on('grant.error', remember);
  provider.on('revocation.error', remember);
  const answer = provider.callback();
  server.on('request', (request, response) => void answer(request, response));
  return {
    ...{ url, reasons },
    introspect: async (token) => (await provider.ClientCredentials.find(token)) as Record<string, unknown> | undefined,
    close: () => closeServer(server),
  };
}

function configure({ clientId, keys, dpop = false }: ServerOptions, ownKey: JWK): Configuration {
  const client: ClientMetadata = {
    client_id: clientId,
    ...{ grant_types: ['client_credentials'], redirect_uris: [], response_types: [] },
    ...{ token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [...keys] as never[] } },
    ...{ dpop_bound_access_tokens: dpop, scope: 'deploy' },
  };
  return {
    adapter: (name) => storeFor(name, client),
    ttl: { ClientCredentials: 600 },
    scopes: ['deploy', 'admin'],
    jwks: { keys: [ownKey] },
    clientAuthMethods: ['private_key_jwt'],
    enabledJWA: { clientAuthSigningAlgValues: ['ES256', 'RS256'] },
    features: {
      ...{
        clientCredentials: { enabled: true },
        revocation: { enabled: true, allowedPolicy: isOwn },
        devInteractions: { enabled: false },
      },
      dPoP: { enabled: true, nonceSecret: Buffer.alloc(32, 7), requireNonce: () => dpop },
    },
    routes: { token: `${PATH}/v1/token`, revocation: `${PATH}/v1/revoke` },
  };
}

/** A client takes back what it was given, and nothing else. */
function isOwn(_: unknown, client: Client, token: { readonly clientId?: string | undefined }): boolean {
  return token.clientId === client.clientId;
}

/** In memory, and of the test's own realm: what the server would copy itself, it would not know as an object again. */
function storeFor(name: string, client: ClientMetadata): Adapter {
  const held = new Map<string, AdapterPayload>(name === 'Client' ? [[client.client_id, { ...client }]] : []);
  const none = (): Promise<undefined> => Promise.resolve(undefined);
  return {
    find: (id) => Promise.resolve(held.get(id)),
    upsert: (id, payload) => Promise.resolve(void held.set(id, payload)),
    destroy: (id) => Promise.resolve(void held.delete(id)),
    ...{ findByUserCode: none, findByUid: none, consume: none, revokeByGrantId: none },
  };
}

function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => void server.close(() => resolve()));
}
