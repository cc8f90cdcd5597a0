import { redact } from '../secret.ts';
import { quote } from './refuse.ts';
import type { Predicate } from './types.ts';

type Claims = Readonly<Record<string, unknown>>;

/** The year 9999 ends with it: beyond, a record cannot write a time. */
const MAX_SECONDS = 253_402_300_799;

/** A claim in seconds as milliseconds since 1970; NaN for what is no time. */
export function readTime(value: unknown): number {
  return typeof value === 'number' && value >= 0 && value <= MAX_SECONDS ? value * 1000 : Number.NaN;
}

/** Where a record tells something else of its token than the token itself does. */
export function findClaimFaults(oidc: Predicate['oidc'], claims: Claims): readonly string[] {
  const { iss, aud, iat, exp } = claims;
  const pairs = [
    ['issuer', oidc.issuer, iss],
    ['audience', oidc.audience, Array.isArray(aud) ? aud : [aud]],
    ['tokenIssuedAt', oidc.tokenIssuedAt, toIso(iat)],
    ['tokenExpiresAt', oidc.tokenExpiresAt, toIso(exp)],
  ] as const;
  return [
    ...pairs.flatMap(([name, recorded, proven]) => (isSame(recorded, proven) ? [] : [tell(name, recorded, proven)])),
    ...compareTexts(new Map(Object.entries(oidc.claims)), claims),
  ];
}

/** A record has every claim that is a text, and no other. */
function compareTexts(recorded: ReadonlyMap<string, string>, claims: Claims): readonly string[] {
  const proven = new Map(Object.entries(claims).filter(([, value]) => typeof value === 'string'));
  const names = new Set([...recorded.keys(), ...proven.keys()]);
  return [...names].flatMap((name) => {
    const [ours, theirs] = [recorded.get(name), proven.get(name)];
    return isSame(ours, theirs) ? [] : [tell(`claims[${quote(name)}]`, ours, theirs)];
  });
}

/** What looks like a token is taken out of every text of a record, and so of a claim. */
function isSame(recorded: unknown, proven: unknown): boolean {
  if (typeof recorded === 'string' && typeof proven === 'string') {
    return recorded === proven || recorded === redact(proven);
  }
  return JSON.stringify(recorded) === JSON.stringify(proven);
}

function toIso(seconds: unknown): string | undefined {
  const ms = readTime(seconds);
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString();
}

function tell(name: string, recorded: unknown, proven: unknown): string {
  return `oidc.${name} is ${quote(recorded)}, and the token has ${quote(proven)}.`;
}
