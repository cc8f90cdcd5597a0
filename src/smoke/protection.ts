import type { HttpReply } from '../http/types.ts';

/** Vercel's name for its own refusals. */
const ERROR_HEADER = 'x-vercel-error';
const TRUSTED_SOURCES = 'TRUSTED_SOURCES_';
/** The cookie that Vercel's sign-in begins with. */
const SIGN_IN_COOKIE = '_vercel_sso_nonce=';
const SIGN_IN = { origin: 'https://vercel.com', path: '/sso-api' };
const CHALLENGE = /<title>\s*(?:Authentication Required|Vercel Authentication)/i;

/**
 * Whether Vercel's Deployment Protection answered in the deployment's place: a redirect to Vercel's sign-in, 401 with its
 * cookie or its page, or 403 by Trusted Sources. None of these counts as an answer, whatever status is wanted.
 *
 * The deployment's own code could answer the same. That gains it a look at the token, which is shown on the assumption that
 * the code sees it anyway: `token.ts`.
 */
export function isProtection({ status, headers, text }: Pick<HttpReply, 'status' | 'headers' | 'text'>): boolean {
  if (status >= 300 && status < 400) return isSignIn(headers['location']);
  if (status === 401) return headers['set-cookie']?.includes(SIGN_IN_COOKIE) === true || isChallenge(headers, text);
  if (status !== 403) return false;
  return headers[ERROR_HEADER]?.startsWith(TRUSTED_SOURCES) === true || text.trimStart().startsWith(TRUSTED_SOURCES);
}

function isSignIn(location: string | undefined): boolean {
  if (location === undefined || !URL.canParse(location)) return false;
  const { origin, pathname } = new URL(location);
  return origin === SIGN_IN.origin && (pathname === SIGN_IN.path || pathname.startsWith(`${SIGN_IN.path}/`));
}

/** Password protection shows a page, and no cookie. */
function isChallenge({ server }: HttpReply['headers'], text: string): boolean {
  return server?.toLowerCase() === 'vercel' && CHALLENGE.test(text);
}
