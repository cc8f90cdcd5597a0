import { isSecure } from '../address.ts';
import { PipeError } from '../errors.ts';
import { show } from '../text.ts';
import { refuseToken } from './token.ts';

const BITBUCKET_ISSUER = /^https:\/\/api\.bitbucket\.org\/2\.0\/workspaces\/([^/]+)\/pipelines-config\/identity\/oidc$/;

/** Refuses expected issuers whose keys could be swapped on the way, or that say one address and mean another. */
export function checkIssuers(issuers: readonly string[]): void {
  const unsafe = issuers.filter((issuer) => !isSafeIssuer(issuer));
  if (issuers.length > 0 && unsafe.length === 0) return;
  const got = unsafe.map(show).join(', ') || 'none';
  const wanted = 'https (http on a loopback address only), without trailing slash, query, fragment or user';
  const fix = 'Correct issuers in the policy, or OIDC_ISSUER.';
  throw new PipeError({ code: 'USAGE', message: 'The expected issuer cannot be used.', got, wanted, fix });
}

function isSafeIssuer(issuer: string): boolean {
  if (!URL.canParse(issuer)) return false;
  const url = new URL(issuer);
  // Its own normal form, so that no `..`, user or query hides in it; an empty path is written without its slash.
  return (
    isSecure(url) && issuer === `${url.origin}${url.pathname === '/' ? '' : url.pathname}` && !issuer.endsWith('/')
  );
}

/**
 * The expected issuer that the token names, as a whole string. All workspaces share one host, so a prefix or a pattern
 * would admit any of them; and this comes before any fetch, so that a token never chooses an address.
 */
export function matchIssuer(iss: unknown, issuers: readonly string[]): string {
  const match = issuers.find((issuer) => issuer === iss);
  if (match !== undefined) return match;
  const workspace = typeof iss === 'string' ? BITBUCKET_ISSUER.exec(iss)?.[1] : undefined;
  const problem = workspace
    ? `is from another Bitbucket workspace (${show(workspace)}): a fork, or a step of another workspace`
    : 'is from another issuer';
  const fix = 'Run the step in the expected workspace, or name the issuer in the policy (issuers).';
  throw refuseToken(problem, `iss ${show(iss)}`, `iss ${issuers.map(show).join(' or ')}, exactly`, fix);
}
