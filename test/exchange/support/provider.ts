import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createLocalJWKSet, decodeJwt, jwtVerify, type JSONWebKeySet, type JWK, type JWTPayload } from 'jose';
import {
  errors,
  Provider,
  type Adapter,
  type AdapterPayload,
  type ClientMetadata,
  type ResourceServer,
  type TokenEndpointGrantContext,
} from 'oidc-provider';
import { createIssuer } from '../../../src/sandbox/bitbucket/issuer.ts';
import { takeSigningKey } from '../../../src/sandbox/bitbucket/keys.ts';
import type { SandboxIssuer } from '../../../src/sandbox/index.ts';
import type { SendRequest } from '../../../src/platform/types.ts';
import type { Answer } from '../../http/support/fake-network.ts';

const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';
const FIELDS = [
  ...['subject_token', 'subject_token_type', 'actor_token', 'actor_token_type'],
  ...['requested_token_type', 'audience', 'scope'],
];
const JWT = 'urn:ietf:params:oauth:token-type:jwt';
const VALIDATE_DPOP = 'oidc-provider/lib/helpers/validate_dpop.js';
export const RESOURCE = 'https://vercel.example/deploy';
export const AUDIENCE = 'https://sts.example';

type Params = Readonly<Record<string, string | undefined>>;
type Context = TokenEndpointGrantContext<Params>;
type ValidateDpop = (provider: Provider, ctx: Context) => Promise<{ readonly thumbprint: string } | undefined>;

export interface OpenProvider {
  readonly url: string;
  readonly issuer: SandboxIssuer;
  /** Answers for `bench`, each fetched from the server. */
  readonly answers: readonly ((request: SendRequest) => Promise<Answer>)[];
  /** Of tokens for {@link RESOURCE}. */
  readonly keys: { readonly keys: readonly JWK[] };
  /** Undefined for a token that the server does not hold. */
  readonly find: (
    token: string,
  ) => Promise<{ readonly clientId?: string | undefined; readonly jkt?: string | undefined } | undefined>;
  readonly close: () => Promise<void>;
}

/** A real authorization server on a loopback address, which exchanges tokens of a sandbox's issuer (RFC 8693). */
export async function openProvider(clients: readonly ClientMetadata[]): Promise<OpenProvider> {
  const now = (): number => Date.now();
  const { issuer } = await createIssuer({ baseUrl: 'https://api.bitbucket.org', step: { audiences: [AUDIENCE] }, now });
  const { privateKey, publicJwk } = await takeSigningKey(1001);
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  const provider = new Provider(url, {
    adapter: (name) => storeFor(name, clients),
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), kid: publicJwk.kid ?? '', alg: 'RS256', use: 'sig' }] },
    scopes: ['deploy'],
    ttl: { ClientCredentials: 600 },
    extraTokenClaims: ({ oidc }) => describeActor(oidc.params?.['actor_token']),
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      revocation: { enabled: true, allowedPolicy: () => true },
      dPoP: { enabled: true, nonceSecret: Buffer.alloc(32, 1), requireNonce: () => true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => [],
        getResourceServerInfo: (_ctx, resource) => describeResource(resource),
      },
    },
  });
  const { default: validateDpop } = (await import(VALIDATE_DPOP)) as { default: ValidateDpop };
  const trusted: readonly [Trusted, Trusted] = [
    { url: issuer.url, audience: AUDIENCE, keys: () => issuer.keys() },
    { url, audience: 'vercel', keys: () => ({ keys: [publicJwk] }) },
  ];
  const handle = (ctx: Context): Promise<void> => exchange(ctx, provider, trusted, validateDpop);
  provider.registerGrantType<Params>(TOKEN_EXCHANGE, handle, [...FIELDS, 'resource'], ['resource']);
  server.on('request', (request, response) => void provider.callback()(request, response));
  return {
    ...{ url, issuer, answers: Array.from({ length: 10 }, () => fetchAnswer), keys: { keys: [publicJwk] } },
    find: (token) => provider.ClientCredentials.find(token),
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** Known to be good by then. */
function describeActor(token: unknown): { readonly act: { readonly sub: string | undefined } } | undefined {
  return typeof token === 'string' ? { act: { sub: decodeJwt(token).sub } } : undefined;
}

function describeResource(resource: string): ResourceServer {
  if (resource !== RESOURCE) throw new errors.InvalidTarget(`${resource} is not served here`);
  return { scope: 'deploy', audience: 'vercel', accessTokenTTL: 600, accessTokenFormat: 'jwt' };
}

/** In memory, and of the test's own realm: what the server would copy itself, it would not know as an object again. */
function storeFor(name: string, clients: readonly ClientMetadata[]): Adapter {
  const held = new Map<string, AdapterPayload>();
  const defaults = { redirect_uris: [], response_types: [], grant_types: [TOKEN_EXCHANGE] };
  if (name === 'Client') for (const client of clients) held.set(client.client_id, { ...defaults, ...client });
  const none = (): Promise<undefined> => Promise.resolve(undefined);
  return {
    find: (id) => Promise.resolve(held.get(id)),
    upsert: (id, payload) => Promise.resolve(void held.set(id, payload)),
    destroy: (id) => Promise.resolve(void held.delete(id)),
    ...{ findByUserCode: none, findByUid: none, consume: none, revokeByGrantId: none },
  };
}

/** Who may issue a subject: Bitbucket, and the server itself, for the second exchange of a chain. */
interface Trusted {
  readonly url: string;
  readonly audience: string;
  readonly keys: () => JSONWebKeySet;
}

async function verify(what: string, token: string, trusted: readonly Trusted[]): Promise<JWTPayload> {
  const issuers = trusted.map(({ url, audience, keys }) =>
    jwtVerify(token, createLocalJWKSet(keys()), { issuer: url, audience, algorithms: ['RS256'] }),
  );
  const outcomes = await Promise.allSettled(issuers);
  const good = outcomes.find((outcome) => outcome.status === 'fulfilled');
  if (good) return good.value.payload;
  const [first] = outcomes.filter((outcome) => outcome.status === 'rejected');
  throw new errors.InvalidRequest(`${what} is not valid: ${String(first?.reason)}`);
}

/**
 * The token's issuer and audience are checked, and whatever it names may deploy from `main`. Where an actor is named, it
 * is the actor that must stand on `main`, and the token says so (RFC 8693 §4.1).
 */
async function exchange(
  ctx: Context,
  provider: Provider,
  trusted: readonly [Trusted, ...Trusted[]],
  validate: ValidateDpop,
): Promise<void> {
  const { client, params } = ctx.oidc;
  const dpop = await validate(provider, ctx);
  const { subject_token: subject = '', subject_token_type: type = '', requested_token_type: wanted } = params;
  const { actor_token: actor, actor_token_type: actorType } = params;
  if (type !== JWT) throw new errors.InvalidRequest(`no subject_token_type ${type}`);
  if (actorType !== (actor === undefined ? undefined : JWT))
    throw new errors.InvalidRequest('no such actor_token_type');
  if (wanted !== undefined && wanted !== ACCESS_TOKEN)
    throw new errors.InvalidRequest(`no requested_token_type ${wanted}`);
  const who = await verify('subject_token', subject, trusted);
  const acting = actor === undefined ? undefined : await verify('actor_token', actor, [trusted[0]]);
  if ((acting ?? who)['branchName'] !== 'main') throw new errors.AccessDenied('only main deploys');
  if (client.dpopBoundAccessTokens === true && !dpop) throw new errors.InvalidRequest('DPoP proof JWT not provided');
  if (params.scope !== undefined && params.scope !== 'deploy')
    throw new errors.InvalidScope('no such scope', params.scope);
  if (params['audience'] === 'production') throw new errors.InvalidTarget('not for production');
  const { scope, resource } = params;
  const resourceServer =
    typeof resource === 'string' ? new provider.ResourceServer(resource, describeResource(resource)) : undefined;
  const token = new provider.ClientCredentials({ client, resourceServer, scope });
  if (dpop) token.setThumbprint('jkt', dpop.thumbprint);
  ctx.body = {
    ...{ access_token: await token.save(), issued_token_type: ACCESS_TOKEN },
    ...{ token_type: token.tokenType, expires_in: token.expiration, ...(scope === undefined ? {} : { scope }) },
  };
}

async function fetchAnswer({ method, url, headers, body }: SendRequest): Promise<Answer> {
  const bytes = body instanceof Uint8Array ? new Uint8Array(body) : undefined;
  const reply = await fetch(url, {
    method,
    headers: { ...headers },
    redirect: 'manual',
    ...(bytes ? { body: bytes } : {}),
  });
  return { status: reply.status, headers: Object.fromEntries(reply.headers), body: await reply.text() };
}
