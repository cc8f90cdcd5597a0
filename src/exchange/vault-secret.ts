import { PipeError } from '../errors.ts';
import { asRecord } from '../fields.ts';
import type { HttpReply } from '../http/index.ts';
import { isToken, Secret } from '../secret.ts';
import { vaultRefused, vaultUnusable, type VaultJudgement } from '../services/vault-error.ts';
import { endOf, revokeLogin, type VaultSession } from '../services/vault-login.ts';
import { requestNamed, vaultSays } from '../services/vault-reply.ts';
import { askVault } from '../services/vault-request.ts';
import { toAscii } from '../text.ts';
import { describeExchange } from './audit.ts';
import type { HopDeps, HopOutput } from './types.ts';

/** As the Vercel engine calls it, and as people call it. */
const LEASED_FIELD = 'bearer_token';
const KEPT_FIELD = 'token';
const CLEAN_UP_MS = 3000;

export interface SecretAt {
  readonly path: string;
  /** Of a KV v2 secret. */
  readonly version: number | undefined;
  readonly field: string | undefined;
}

/** What a path gave: fields, and a lease where Vault made them for us. */
interface Found {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly leaseId: string | undefined;
  readonly expiresAt: number | undefined;
}

/** A Vercel token from KV (either version), or from an engine that makes one and takes it back. */
export async function takeSecret(
  at: SecretAt,
  session: VaultSession,
  deps: HopDeps,
  signal: AbortSignal,
): Promise<HopOutput> {
  const path = at.version === undefined ? at.path : `${at.path}?version=${String(at.version)}`;
  const reply = await askVault(session.server, { method: 'GET', path, bearer: session.token }, deps, signal);
  if (reply.status !== 200) {
    const judgement = judgeRead(reply, at, session);
    throw vaultRefused({ by: 'hop vault', asked: `give the secret ${at.path}`, reply, judgement });
  }
  const found = readSecret(reply, at, session, deps.clock.now());
  const { expiresAt, leaseId } = found;
  const token = await pickOrRevoke(found, at, session, deps);
  const { role, address: url } = session.server;
  return {
    ...{ hop: 'vault', token, expiresAt, clientId: undefined },
    audit: describeExchange('vault', { token, expiresAt, policyId: role, reply: requestNamed(reply.body), url }),
    revoke: leaseId === undefined ? undefined : (stop) => revokeLease(leaseId, session, deps, stop),
  };
}

/** Nothing to use is nothing to leave behind. The end of the login takes the lease along, but a batch login has none. */
async function pickOrRevoke(found: Found, at: SecretAt, session: VaultSession, deps: HopDeps): Promise<Secret> {
  try {
    return pickField(found, at);
  } catch (error) {
    if (found.leaseId !== undefined && !session.revocable) {
      await revokeLease(found.leaseId, session, deps, deps.clock.timeout(CLEAN_UP_MS)).catch(() =>
        deps.log.warn(`What ${at.path} gave was not revoked, and ends with its lease.`),
      );
    }
    throw error;
  }
}

/** The login's end is the lease's. Of a batch login, which cannot end, the lease alone. */
async function revokeLease(leaseId: string, session: VaultSession, deps: HopDeps, signal: AbortSignal): Promise<void> {
  if (session.revocable) return revokeLogin(session, deps, signal);
  const request = { method: 'POST', path: 'sys/leases/revoke', bearer: session.token } as const;
  const reply = await askVault(session.server, { ...request, json: { lease_id: leaseId, sync: true } }, deps, signal);
  if (reply.status === 204 || reply.status === 200) return;
  const fix = `Allow update on sys/leases/revoke to role ${session.server.role}, or give it service tokens.`;
  const judgement = { code: 'DENIED_BY_PROVIDER', fix } as const;
  throw vaultRefused({ by: 'hop vault', asked: 'revoke the lease of the Vercel token', reply, judgement });
}

function readSecret({ body }: HttpReply, at: SecretAt, session: VaultSession, now: number): Found {
  const { data, lease_id, lease_duration } = asRecord(body);
  const outer = asRecord(data);
  if (typeof lease_id === 'string' && lease_id !== '') {
    const ends = [endOf(lease_duration, now), session.expiresAt].filter((end) => end !== undefined);
    // Vault takes back what a login has leased as soon as the login ends.
    return { fields: outer, leaseId: lease_id, expiresAt: ends.length === 0 ? undefined : Math.min(...ends) };
  }
  const { data: inner, metadata } = outer;
  const versioned = typeof metadata === 'object' && metadata !== null && typeof inner === 'object';
  const { version } = asRecord(metadata);
  if (at.version !== undefined && version !== at.version) {
    const got = versioned ? `version ${String(version)}` : 'a secret without versions';
    throw vaultUnusable('hop vault', got, `version ${String(at.version)} of ${at.path}`);
  }
  return { fields: versioned ? asRecord(inner) : outer, leaseId: undefined, expiresAt: undefined };
}

function pickField({ fields, leaseId }: Found, at: SecretAt): Secret {
  const name = at.field ?? (leaseId === undefined ? KEPT_FIELD : LEASED_FIELD);
  const value = Object.entries(fields).find(([key]) => key === name)?.[1];
  if (isToken(value)) return new Secret(value);
  const names = Object.keys(fields).map(toAscii).join(', ').slice(0, 200);
  throw new PipeError({
    code: 'EXCHANGE_NOT_ENABLED',
    message: `The secret ${at.path} holds no token in its field ${name} (hop vault).`,
    got: typeof value === 'string' ? 'a text that is empty, or has white space in it' : `fields: ${names || 'none'}`,
    wanted: 'a Vercel token',
    fix: 'Name the field in the policy (field), or write the token alone into it, without a line break at its end.',
  });
}

function judgeRead(reply: HttpReply, { path, version }: SecretAt, session: VaultSession): VaultJudgement {
  const { role } = session.server;
  const said = vaultSays(reply);
  if (/one use left/i.test(said)) {
    return {
      code: 'EXCHANGE_NOT_ENABLED',
      fix: `Give role ${role} a token_num_uses of at least 2, or 0: the last use of a token takes its leases with it.`,
    };
  }
  if (reply.status === 403) {
    return {
      code: 'DENIED_BY_PROVIDER',
      fix: `Allow read on ${path} in one of the Vault policies ${session.policies.join(', ')} of role ${role}.`,
    };
  }
  if (/versioned/i.test(said)) {
    return {
      code: 'EXCHANGE_NOT_ENABLED',
      fix: `KV version 2 wants data behind its mount: kv/data/…, and not ${path}.`,
    };
  }
  const deleted = asRecord(asRecord(asRecord(reply.body)['data'])['metadata'])['deletion_time'];
  if (typeof deleted === 'string') {
    const which = version === undefined ? 'The newest version' : `Version ${String(version)}`;
    return { code: 'EXCHANGE_NOT_ENABLED', fix: `${which} of ${path} was deleted: write a new one, or name another.` };
  }
  return {
    code: 'EXCHANGE_NOT_ENABLED',
    fix: `Check that ${path} is there (for KV version 2 with data behind the mount), and the namespace in the policy.`,
  };
}
