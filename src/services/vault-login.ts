import { PipeError } from '../errors.ts';
import type { VaultLogin } from '../exchange/config.ts';
import { asRecord } from '../fields.ts';
import type { HttpReply } from '../http/index.ts';
import { isToken, Secret } from '../secret.ts';
import { vaultRefused, vaultUnusable } from './vault-error.ts';
import { judgeLogin } from './vault-login-faults.ts';
import { askVault, type VaultDeps } from './vault-request.ts';

const DEFAULT_MOUNT = 'jwt';
const REVOKE_TIMEOUT_MS = 3000;

/** A login of this run: Vault's own token, which reads what its policies allow. */
export interface VaultSession {
  readonly server: Pick<VaultLogin, 'address' | 'namespace' | 'role'>;
  readonly token: Secret;
  /** Names of Vault's policies; for errors. */
  readonly policies: readonly string[];
  /** Milliseconds since 1970; what the login has leased ends with it. Undefined: it has no end. */
  readonly expiresAt: number | undefined;
  /** A batch token stands in no store, so nobody can revoke it: it expires. */
  readonly revocable: boolean;
  /** It is gone after so many uses, whatever they were for. */
  readonly counted: boolean;
}

/**
 * Logs in by the jwt auth method, with an OIDC token that the role accepts.
 * @throws {PipeError} that names the role, Vault's own words, and the claim that does not fit.
 */
export async function loginVault(
  settings: VaultLogin,
  token: Secret | undefined,
  deps: VaultDeps,
  signal: AbortSignal,
): Promise<VaultSession> {
  const { by = 'hop vault' } = deps;
  if (!token) throw noToken(by);
  const mount = settings.mount ?? DEFAULT_MOUNT;
  const reply = await askVault(
    settings,
    { method: 'POST', path: `auth/${mount}/login`, json: { role: settings.role, jwt: token.reveal() } },
    deps,
    signal,
  );
  if (reply.status !== 200) {
    const judgement = judgeLogin(reply, { mount, role: settings.role, token });
    throw vaultRefused({ by, asked: `log in as role ${settings.role}`, reply, judgement });
  }
  return readSession(settings, reply, by, deps.clock.now());
}

function readSession(server: VaultLogin, reply: HttpReply, by: string, now: number): VaultSession {
  const auth = asRecord(asRecord(reply.body)['auth']);
  const { client_token, lease_duration, token_policies, policies, token_type, num_uses } = auth;
  if (!isToken(client_token)) {
    throw vaultUnusable(by, `auth.client_token: ${typeof client_token}`, 'auth.client_token, a token of Vault');
  }
  const named = Array.isArray(token_policies) ? token_policies : Array.isArray(policies) ? policies : [];
  return {
    server,
    token: new Secret(client_token),
    policies: named.filter((name) => typeof name === 'string'),
    expiresAt: endOf(lease_duration, now),
    revocable: token_type !== 'batch',
    counted: typeof num_uses === 'number' && num_uses > 0,
  };
}

/** Thirty years: longer is no end that anybody meant, and of some no date can be written. */
const MAX_SECONDS = 1e9;

/** Vault's durations are seconds; 0 stands for no end. */
export function endOf(seconds: unknown, now: number): number | undefined {
  return typeof seconds === 'number' && seconds > 0 && seconds <= MAX_SECONDS ? now + seconds * 1000 : undefined;
}

/**
 * Takes the login back, and with it everything that it has leased: Vault revokes the leases of a token with the token.
 * @throws {PipeError} where it may live on.
 */
export async function revokeLogin(session: VaultSession, deps: VaultDeps, signal: AbortSignal): Promise<void> {
  const { server, token } = session;
  const request = { method: 'POST', path: 'auth/token/revoke-self', bearer: token } as const;
  const reply = await askVault(server, { ...request, timeoutMs: REVOKE_TIMEOUT_MS }, deps, signal);
  if (reply.status === 204 || reply.status === 200) return;
  // With its last use it went by itself; a request that was repeated has taken one more than the role reckons with.
  if (reply.status === 403 && session.counted) return;
  const judgement = {
    code: 'DENIED_BY_PROVIDER',
    fix: `The Vault policies of role ${server.role} must allow update on auth/token/revoke-self, as Vault's policy default does; with token_num_uses there must be a use left for it.`,
  } as const;
  throw vaultRefused({ by: deps.by ?? 'hop vault', asked: 'revoke its own token', reply, judgement });
}

/** The same for a login that has done its work. Never throws: what stays is told, and expires. */
export async function endLogin(session: VaultSession, deps: VaultDeps): Promise<void> {
  if (!session.revocable) return;
  try {
    await revokeLogin(session, deps, deps.clock.timeout(REVOKE_TIMEOUT_MS));
  } catch (error) {
    const reason = error instanceof PipeError ? `${error.message} ${error.got ?? ''}` : 'Vault did not answer in time.';
    const until = session.expiresAt === undefined ? 'for ever' : `until ${new Date(session.expiresAt).toISOString()}`;
    deps.log.warn(`The Vault token of role ${session.server.role} was not revoked and is valid ${until}. ${reason}`);
  }
}

function noToken(by: string): PipeError {
  return new PipeError({
    code: 'TOKEN_MISSING',
    message: `Vault wants an OIDC token to log in with (${by}).`,
    got: 'no token',
    wanted: "the step's token, or the one of the hop before",
    fix: 'Add oidc: {audiences: […]} to the step, with an audience of bound_audiences of the role.',
  });
}
