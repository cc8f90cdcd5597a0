import type { JWTPayload } from 'jose';
import { vaultRefusal } from './refusal.ts';
import type { VaultRole } from './types.ts';

/** Every bound claim must be there, with one of its values. Names in the order of the alphabet; Vault's order is chance. */
export function checkBoundClaims(
  { bound_claims = {}, bound_claims_type = 'string' }: VaultRole,
  claims: JWTPayload,
): void {
  for (const [name, bound] of Object.entries(bound_claims).sort()) {
    const value = claims[name];
    if (value === undefined || value === null) throw refuse(`claim "${name}" is missing`);
    const got: readonly unknown[] = Array.isArray(value) ? value : [value];
    const wanted = typeof bound === 'string' ? [bound] : bound;
    const found = wanted.some((text) =>
      got.some((actual) =>
        bound_claims_type === 'glob' ? typeof actual === 'string' && globFits(text, actual) : actual === text,
      ),
    );
    if (!found) throw refuse(`claim "${name}" does not match any associated bound claim values`);
  }
}

function refuse(reason: string): ReturnType<typeof vaultRefusal> {
  return vaultRefusal(400, `error validating claims: ${reason}`);
}

/** go-glob: `*` is any text, and nothing else means anything. */
function globFits(pattern: string, text: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(`^${parts.join('[^]*')}$`).test(text);
}
