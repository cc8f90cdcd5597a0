import { readJsonObject } from '../body.ts';
import type { Reply } from '../reply.ts';
import type { Call, Route } from '../router.ts';
import { issueIdentityToken, issuerOf, publishIssuer } from './identity.ts';
import { logIn } from './login.ts';
import { readRole, writeAuth } from './operator.ts';
import { NO_CONTENT, noRoute, permissionDenied, vaultRefusal } from './refusal.ts';
import { readSecret } from './secrets.ts';
import { createVaultState, entityOf, type Token, type VaultCall, type VaultState } from './state.ts';
import { checkAllowed, revokeLease, revokeToken, useToken } from './tokens.ts';
import { makeTransitKey } from './transit-keys.ts';
import { useTransit } from './transit.ts';
import type { VaultDeps, VaultSandbox } from './types.ts';

export type * from './types.ts';

/** Mounts and paths have parts as they like; so many are served. */
const MAX_PARTS = 9;

/** One server of HashiCorp Vault or OpenBao, strict about what it asks of a login and of a token. */
export async function createVault(
  deps: VaultDeps,
): Promise<{ readonly vault: VaultSandbox; readonly routes: readonly Route[] }> {
  const state = await createVaultState(deps);
  const vault: VaultSandbox = {
    address: state.address,
    issuer: issuerOf(state),
    operatorToken: state.operatorToken,
    tokens: state.tokens,
    leases: state.leases,
    keys: () => ({ keys: [state.identityKey.publicJwk] }),
    entityOf: (mount, userClaim) => entityOf(state, mount, userClaim),
    write: (path, data) => writeAuth(state, path, data),
    publicKeyOf: (mount, key) => newest(state, mount, key).publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    rotate(mount, name) {
      const key = state.transit.get(mount)?.get(name);
      key?.versions.push(makeTransitKey(key.type));
    },
    seal() {
      state.sealed = true;
    },
  };
  return { vault, routes: vaultRoutes(state) };
}

function newest(state: VaultState, mount: string, name: string): ReturnType<typeof makeTransitKey> {
  const version = state.transit.get(mount)?.get(name)?.versions.at(-1);
  if (!version) throw new Error(`The engine ${mount} has no key ${name}.`);
  return version;
}

function vaultRoutes(state: VaultState): Route[] {
  const { origin, pathname } = new URL(state.address);
  const prefix = `${pathname === '/' ? '' : pathname}/v1`;
  const parts = Array.from({ length: MAX_PARTS }, (_, index) => `/:part${String(index)}`);
  const paths = parts.map((_, index) => prefix + parts.slice(0, index + 1).join(''));
  const handle = (call: Call): Promise<Reply> => answer(state, call, call.url.pathname.slice(prefix.length + 1));
  return (['GET', 'POST'] as const).flatMap((method) =>
    paths.map((path) => ({ method, path, origins: [origin], query: ['version', 'list'], handle })),
  );
}

async function answer(state: VaultState, call: Call, path: string): Promise<Reply> {
  const { headers, method } = call.request;
  // Who verifies identity tokens sends no header of Vault's.
  const published = method === 'GET' ? publishIssuer(state, path) : undefined;
  if (published) return published;
  // As a listener with require_request_header has it.
  if (headers.get('x-vault-request') !== 'true') throw vaultRefusal(412, "missing 'X-Vault-Request' header");
  if (state.sealed) throw vaultRefusal(503, 'Vault is sealed');
  if ((headers.get('x-vault-namespace') ?? '').replace(/\/$/, '') !== state.namespace) throw permissionDenied();
  const mount = /^auth\/(.+)\/login$/.exec(path)?.[1];
  if (mount !== undefined && method === 'POST') return logIn(state, mount, call);
  const authorization = headers.get('authorization');
  if (authorization === `Bearer ${state.operatorToken}`)
    return readRole(state, path, call.query.get('list') === 'true');
  return asToken(state, { ...call, path, token: useToken(state, authorization) });
}

/** A request with a token, and what becomes of the token. */
async function asToken(state: VaultState, call: VaultCall): Promise<Reply> {
  const { token, path } = call;
  const leases = state.leases.length;
  try {
    checkAllowed(state, token, path, call.request.method === 'GET' ? 'read' : 'update');
    const reply = await serve(state, call);
    if (!isSpent(token) || state.leases.length === leases) return reply;
    throw vaultRefusal(
      400,
      'Secret cannot be returned; token had one use left, so leased credentials were immediately revoked.',
    );
  } finally {
    if (isSpent(token)) revokeToken(state, token);
  }
}

function isSpent({ usesLeft }: Token): boolean {
  return usesLeft !== undefined && usesLeft <= 0;
}

async function serve(state: VaultState, call: VaultCall): Promise<Reply> {
  const { path, token } = call;
  if (call.request.method === 'POST') {
    if (path === 'auth/token/revoke-self') return revokeSelf(state, token);
    if (path === 'sys/leases/revoke') return revokeByLease(state, call);
  } else {
    const role = /^identity\/oidc\/token\/(.+)$/.exec(path)?.[1];
    if (role !== undefined) return issueIdentityToken(state, call, role);
  }
  const signed = await useTransit(state, call);
  const reply = signed ?? (call.request.method === 'GET' ? readSecret(state, call) : undefined);
  if (!reply) throw noRoute(path);
  return reply;
}

function revokeSelf(state: VaultState, token: Token): Reply {
  if (token.batch) throw vaultRefusal(400, 'batch tokens cannot be revoked');
  revokeToken(state, token);
  return NO_CONTENT;
}

async function revokeByLease(state: VaultState, { request, body }: VaultCall): Promise<Reply> {
  const { lease_id: id } = await readJsonObject(request, body);
  const lease = state.leases.find((known) => known.id === id);
  if (lease) revokeLease(state, lease);
  // Vault says the same of a lease that it does not know.
  return NO_CONTENT;
}
