import { createLocalJWKSet, decodeJwt, jwtVerify, type JWTPayload } from 'jose';
import type { TrustedSource } from './site-types.ts';
import type { State } from './state.ts';

/** How the token of a Trusted Source is judged: let in, no such source, or none for this environment. */
export type Verdict = 'trusted' | 'unknown' | 'wrong-environment';

export async function judgeToken(
  state: State,
  token: string,
  environment: string,
  providers: Readonly<Record<string, readonly TrustedSource[]>>,
): Promise<Verdict> {
  const claims = await verify(state, token, providers);
  if (!claims) return 'unknown';
  const matching = (providers[claims.iss ?? ''] ?? []).filter((source) => matches(source, claims));
  if (matching.length === 0) return 'unknown';
  return matching.some(({ to }) => to.includes(environment)) ? 'trusted' : 'wrong-environment';
}

/** Only the keys of an issuer that the project names are asked for. */
async function verify(
  state: State,
  token: string,
  providers: Readonly<Record<string, readonly TrustedSource[]>>,
): Promise<JWTPayload | undefined> {
  try {
    const { iss = '' } = decodeJwt(token);
    const keys = Object.hasOwn(providers, iss) ? state.keysOf(iss) : undefined;
    if (!keys) return undefined;
    const { payload } = await jwtVerify(token, createLocalJWKSet(keys), {
      issuer: iss,
      algorithms: ['RS256'],
      requiredClaims: ['iss', 'sub', 'aud', 'exp'],
      currentDate: new Date(state.now()),
    });
    return payload;
  } catch {
    return undefined;
  }
}

function matches({ claims: wanted }: TrustedSource, claims: JWTPayload): boolean {
  const names = Object.keys(wanted);
  if (!names.includes('aud') || names.length < 2) {
    throw new Error('The sandbox has a Trusted Source without aud, or without a claim beside it');
  }
  return names.every((name) => {
    const got = claims[name];
    const values: readonly unknown[] = Array.isArray(got) ? got : [got];
    return values.some((value) => typeof value === 'string' && wanted[name]?.includes(value));
  });
}
