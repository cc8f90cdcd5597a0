import { asFields } from './fields.ts';

/**
 * The query of `next`, where it names the same address with another query; undefined at the end of the list. Only its
 * query is used: the access token goes nowhere else.
 */
export function readNext(
  body: unknown,
  asked: string,
): { readonly query: string } | { readonly strange: string } | undefined {
  const { next } = asFields(body);
  if (next === undefined || next === null) return undefined;
  const url = typeof next === 'string' && URL.canParse(next) ? new URL(next) : undefined;
  const own = new URL(asked);
  if (url?.origin !== own.origin || plain(url.pathname) !== plain(own.pathname)) {
    return { strange: `Bitbucket's API named a next page at another address than ${own.origin}${own.pathname}.` };
  }
  return { query: url.search.slice(1) };
}

/** Braces may be encoded or not, and the path may end with a slash. */
function plain(pathname: string): string {
  return pathname.replace(/%7B/gi, '{').replace(/%7D/gi, '}').replace(/\/$/, '').toLowerCase();
}
