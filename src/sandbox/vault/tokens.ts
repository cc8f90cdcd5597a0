import { permissionDenied, vaultRefusal } from './refusal.ts';
import type { Lease, Token, VaultState } from './state.ts';

/** The token of a request: one that lives, and with one use less from now on. */
export function useToken(state: VaultState, authorization: string | null): Token {
  const value = /^Bearer (\S+)$/.exec(authorization ?? '')?.[1];
  if (value === undefined) throw vaultRefusal(403, 'permission denied');
  const token = state.tokens.find((known) => known.value === value);
  if (!token || token.revoked || token.expiresAt <= state.now()) throw permissionDenied();
  // Taken before anything is looked at: a request that is refused has used it, too.
  if (token.usesLeft !== undefined) token.usesLeft -= 1;
  return token;
}

/** What the policies of a token allow; a refusal where they do not. */
export function checkAllowed(
  state: VaultState,
  { policies }: Token,
  path: string,
  capability: 'read' | 'update',
): void {
  const allowed = policies.some((name) =>
    Object.entries(state.policies.get(name) ?? {}).some(
      ([pattern, capabilities]) => fits(pattern, path) && capabilities.includes(capability),
    ),
  );
  if (!allowed) throw permissionDenied();
}

function fits(pattern: string, path: string): boolean {
  const open = pattern.endsWith('*');
  const wanted = (open ? pattern.slice(0, -1) : pattern).split('/');
  const got = path.split('/');
  if (open ? got.length < wanted.length : got.length !== wanted.length) return false;
  return wanted.every((part, index) => {
    const last = open && index === wanted.length - 1;
    return part === '+' || (last ? (got[index] ?? '').startsWith(part) : part === got[index]);
  });
}

/** With the token goes what it has leased. */
export function revokeToken(state: VaultState, token: Token): void {
  token.revoked = true;
  for (const lease of state.leases) if (lease.owner === token) revokeLease(state, lease);
}

export function revokeLease(state: VaultState, lease: Lease): void {
  if (lease.revoked) return;
  lease.revoked = true;
  state.vercelTokens.revoke(lease.tokenId);
}
