import { redact } from '../secret.ts';

const PROTOCOLS: ReadonlySet<string> = new Set(['https:', 'http:', 'ssh:', 'git:']);
const MAX_URL_LENGTH = 2048;
/** At most one @, the one that ends the user's part: any other belongs to a password that breaks the address in two. */
const USER_FIRST = /^[a-z]+:\/\/(?:[^@/?#\\]*@)?[^@]*$/i;
/** Bitbucket's, GitHub's, GitLab's and Vercel's tokens, and JWTs. */
const TOKEN_PREFIX = /^(?:ATCTT|ATATT|ATBB|gh[pousr]_|github_pat_|gl[a-z]{2,4}-|vc[a-z]_|eyJ)/;
/** Long, and of all kinds of characters or of hex alone: what neither people nor Bitbucket choose for a name. */
const TOKEN_SHAPE = /^(?=.*[a-z])(?=.*[A-Z])(?=.*[0-9]).{20,}$|^[0-9a-fA-F]{32,}$/;

/**
 * A remote's address without anything that lets somebody in: no user, no password, no query. What is not understood
 * to its last character is dropped whole, because a credential may be in what is left; and so is a path on a disk.
 */
export function redactRemoteUrl(text: string): string | undefined {
  // The URL parser would drop line breaks and tabs in silence.
  if (text.length > MAX_URL_LENGTH || /[\u0000-\u0020\u007f]/.test(text) || redact(text) !== text) return undefined;
  const [, scpPath] = /^git@[A-Za-z0-9.-]+:([^/].*)$/.exec(text) ?? [];
  if (scpPath !== undefined) return isPlainPath(scpPath) ? text : undefined;
  const url = USER_FIRST.test(text) && URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !PROTOCOLS.has(url.protocol) || url.hostname === '' || !isPlainPath(url.pathname)) return undefined;
  return `${url.protocol}//${url.host}${url.pathname}`;
}

function isPlainPath(path: string): boolean {
  if (!/^[A-Za-z0-9._~/+-]+$/.test(path) || path === '/') return false;
  const parts = path.replace(/\.git\/?$/, '').split('/');
  return !parts.some((part) => TOKEN_PREFIX.test(part) || TOKEN_SHAPE.test(part));
}
