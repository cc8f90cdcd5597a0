import { asRecord } from '../fields.ts';
import { Secret } from '../secret.ts';
import { vaultRefused, vaultUnusable } from '../services/vault-error.ts';
import { endLogin, endOf, loginVault, type VaultSession } from '../services/vault-login.ts';
import { requestNamed } from '../services/vault-reply.ts';
import { askVault } from '../services/vault-request.ts';
import { describeExchange } from './audit.ts';
import type { HopConfigs } from './config.ts';
import type { HopDeps, HopKind, HopOutput } from './types.ts';
import { takeSecret } from './vault-secret.ts';
import { findVaultFaults } from './vault-settings.ts';

/** Three parts in base64url: what the next hop can verify. */
const JWT = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/;
const MAX_TOKEN_CHARS = 64 * 1024;

/**
 * HashiCorp Vault or OpenBao: log in with the OIDC token, then read a secret (a Vercel token that is kept or made
 * there), or take an identity token for the next hop. The login ends with the work; of a leased token with the run.
 *
 * Written after the servers' sources, and not run against one: whether a proxy in front passes the bearer on, and
 * that the Vercel engine's lease ends with the login, are theirs to show.
 */
export const vaultHop: HopKind<'vault'> = {
  name: 'vault',
  takes: ['oidc'],
  gives: ({ identityToken }) => (identityToken === undefined ? 'vercel' : 'oidc'),
  check: findVaultFaults,
  async obtain(settings, input, deps, signal) {
    const session = await loginVault(settings, input.token, deps, signal);
    let kept = false;
    try {
      const output = await take(settings, session, deps, signal);
      kept = output.revoke !== undefined;
      return output;
    } finally {
      if (!kept) await endLogin(session, deps);
    }
  },
};

function take(
  settings: HopConfigs['vault'],
  session: VaultSession,
  deps: HopDeps,
  signal: AbortSignal,
): Promise<HopOutput> {
  const { secret = '', identityToken, version, field } = settings;
  if (identityToken !== undefined) return takeIdentityToken(identityToken, session, deps, signal);
  return takeSecret({ path: secret, version, field }, session, deps, signal);
}

/** Signed by Vault, for whom the role's client_id says. Its `sub` is Vault's entity: the same as long as the role's user_claim is. */
async function takeIdentityToken(
  role: string,
  session: VaultSession,
  deps: HopDeps,
  signal: AbortSignal,
): Promise<HopOutput> {
  const { server, policies } = session;
  const path = `identity/oidc/token/${role}`;
  const reply = await askVault(server, { method: 'GET', path, bearer: session.token }, deps, signal);
  if (reply.status !== 200) {
    const denied = reply.status === 403;
    throw vaultRefused({
      ...{ by: 'hop vault', asked: `issue an identity token of role ${role}`, reply },
      judgement: {
        code: denied ? 'DENIED_BY_PROVIDER' : 'EXCHANGE_NOT_ENABLED',
        fix: denied
          ? `Allow read on ${path} in one of the Vault policies ${policies.join(', ')} of role ${server.role}.`
          : `Write identity/oidc/role/${role} with a key whose allowed_client_ids admit it, in the namespace that the policy names.`,
      },
    });
  }
  const { token: text, ttl } = asRecord(asRecord(reply.body)['data']);
  if (typeof text !== 'string' || text.length > MAX_TOKEN_CHARS || !JWT.test(text)) {
    throw vaultUnusable('hop vault', `data.token: ${typeof text}`, 'data.token, a signed JWT');
  }
  const token = new Secret(text);
  const expiresAt = endOf(ttl, deps.clock.now());
  const url = server.address;
  return {
    ...{ hop: 'vault', token, expiresAt, clientId: undefined },
    audit: describeExchange('vault', { token, expiresAt, policyId: server.role, reply: requestNamed(reply.body), url }),
    // A JWT stands for itself: nobody can take it back.
    revoke: undefined,
  };
}
