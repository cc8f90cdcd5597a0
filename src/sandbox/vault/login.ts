import { randomUUID } from 'node:crypto';
import { createLocalJWKSet, errors, jwtVerify, type JWTPayload } from 'jose';
import { readJsonObject } from '../body.ts';
import type { Reply } from '../reply.ts';
import type { Call } from '../router.ts';
import { checkBoundClaims } from './bound-claims.ts';
import { answered, permissionDenied, vaultRefusal } from './refusal.ts';
import { entityOf, type AuthMount, type Token, type VaultState } from './state.ts';
import type { VaultRole } from './types.ts';

const DEFAULT_SKEW_SECONDS = 60;
/** 32 days, as a server without settings of its own has it. */
const DEFAULT_TTL_SECONDS = 2_764_800;
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512', 'PS256', 'PS384', 'PS512', 'EdDSA'];

/** `POST auth/<mount>/login`, in the order in which the jwt auth method looks. */
export async function logIn(state: VaultState, mountName: string, { request, body }: Call): Promise<Reply> {
  const mount = state.mounts.get(mountName);
  // Of a path that nobody serves Vault says no more to who has no token.
  if (!mount) throw permissionDenied();
  const { role: roleName = '', jwt = '' } = (await readJsonObject(request, body)) as Record<string, string | undefined>;
  if (!mount.config) throw vaultRefusal(400, 'could not load configuration');
  if (roleName === '') throw vaultRefusal(400, 'missing role');
  const role = mount.roles.get(roleName.toLowerCase());
  if (!role) throw vaultRefusal(400, `role "${roleName}" could not be found`);
  if (role.role_type !== 'jwt') throw vaultRefusal(400, 'role with oidc role_type is not allowed');
  if (jwt === '') throw vaultRefusal(400, 'missing token');
  const claims = await verifyToken(state, mount, role, jwt);
  const user = claims[role.user_claim];
  if (user === undefined || user === null) throw vaultRefusal(400, `claim "${role.user_claim}" not found in token`);
  if (typeof user !== 'string') {
    throw vaultRefusal(400, `claim "${role.user_claim}" could not be converted to string`);
  }
  checkBoundClaims(role, claims);
  return answered({ auth: issueToken(state, role, roleName, entityOf(state, mountName, user)) });
}

async function verifyToken(state: VaultState, mount: AuthMount, role: VaultRole, jwt: string): Promise<JWTPayload> {
  const { oidc_discovery_url: url = '', bound_issuer: issuer } = mount.config ?? {};
  const keys = await state.fetchKeys(url);
  if (!keys) {
    throw vaultRefusal(
      400,
      `error configuring token validator: Get "${url}/.well-known/openid-configuration": no such host`,
    );
  }
  const claims = await verifySignature(state, role, jwt, createLocalJWKSet(keys));
  const invalid = (what: string): never => {
    throw vaultRefusal(400, `error validating token: invalid ${what}`);
  };
  if (issuer !== undefined && claims.iss !== issuer) return invalid('issuer (iss) claim');
  if (role.bound_subject !== undefined && claims.sub !== role.bound_subject) return invalid('subject (sub) claim');
  const audiences = typeof claims.aud === 'string' ? [claims.aud] : (claims.aud ?? []);
  const { bound_audiences: bound = [] } = role;
  if (bound.length > 0 && !bound.some((audience) => audiences.includes(audience))) {
    return invalid('audience (aud) claim: audience claim does not match any bound audience');
  }
  if (bound.length === 0 && audiences.length > 0) {
    throw vaultRefusal(400, 'audience claim found in JWT but no audiences bound to the role');
  }
  return claims;
}

async function verifySignature(
  state: VaultState,
  role: VaultRole,
  jwt: string,
  keys: ReturnType<typeof createLocalJWKSet>,
): Promise<JWTPayload> {
  const skew = role.clock_skew_leeway ?? DEFAULT_SKEW_SECONDS;
  try {
    const { payload } = await jwtVerify(jwt, keys, {
      algorithms: ALGORITHMS,
      currentDate: new Date(state.now()),
      clockTolerance: skew,
    });
    if (payload.iat !== undefined && payload.iat > state.now() / 1000 + skew) {
      throw vaultRefusal(400, 'error validating token: invalid issued at (iat) claim: token issued in the future');
    }
    return payload;
  } catch (error) {
    if (error instanceof errors.JWTExpired) {
      throw vaultRefusal(400, 'error validating token: invalid expiration time (exp) claim: token is expired');
    }
    if (error instanceof errors.JWTClaimValidationFailed) {
      throw vaultRefusal(400, `error validating token: invalid not before (${error.claim}) claim: token not yet valid`);
    }
    if (error instanceof errors.JOSEError) {
      throw vaultRefusal(
        400,
        'error validating token: error verifying token signature: failed to verify id token signature',
      );
    }
    throw error;
  }
}

function issueToken(state: VaultState, role: VaultRole, roleName: string, entityId: string): object {
  const { token_policies = [], token_num_uses = 0, token_type } = role;
  const seconds = Math.min(secondsOf(role.token_ttl), secondsOf(role.token_max_ttl));
  const batch = token_type === 'batch';
  const policies = [...new Set(['default', ...token_policies])].sort();
  const token: Token = {
    ...{ value: `${batch ? 'hvb' : 'hvs'}.${randomUUID()}`, policies, entityId, batch },
    expiresAt: state.now() + seconds * 1000,
    usesLeft: token_num_uses === 0 ? undefined : token_num_uses,
    revoked: false,
  };
  state.tokens.push(token);
  return {
    ...{ client_token: token.value, accessor: batch ? '' : randomUUID(), policies, token_policies: policies },
    ...{ metadata: { role: roleName }, lease_duration: seconds, renewable: !batch, entity_id: entityId },
    ...{ token_type: batch ? 'batch' : 'service', orphan: true, mfa_requirement: null, num_uses: token_num_uses },
  };
}

/** `5m`, `300s`, 300; 0 and nothing are the server's own. */
export function secondsOf(duration: string | number = 0): number {
  const [, count = '0', unit = 's'] = /^([0-9]+)([smh]?)$/.exec(String(duration)) ?? [];
  const seconds = Number(count) * { s: 1, m: 60, h: 3600, '': 1 }[unit as 's' | 'm' | 'h' | ''];
  return seconds === 0 ? DEFAULT_TTL_SECONDS : seconds;
}
