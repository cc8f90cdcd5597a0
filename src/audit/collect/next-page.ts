import { asFields } from './fields.ts';

/** As many as Bitbucket gives at once. */
export const PAGE_LENGTH = 100;

export type NextPage = { readonly query: string } | { readonly strange: string } | undefined;

/**
 * The query of the page after this one; undefined at the end of the list. Only the query of `next` is used, and only
 * where it names the address that was asked: the access token goes nowhere else. Lists have been seen to leave `next`
 * out, so behind a full page there may be another.
 * @param pageLength how many were asked for
 */
export function readNext(body: unknown, address: string, query: string, pageLength = PAGE_LENGTH): NextPage {
  const { next, values } = asFields(body);
  if (next === undefined || next === null) {
    const isFull = Array.isArray(values) && values.length >= pageLength;
    return isFull ? { query: countOn(query) } : undefined;
  }
  const url = typeof next === 'string' && URL.canParse(next) ? new URL(next) : undefined;
  const own = new URL(address);
  if (url?.origin !== own.origin || plain(url.pathname) !== plain(own.pathname)) {
    return { strange: `Bitbucket's API named a next page at another address than ${own.origin}${own.pathname}.` };
  }
  return { query: url.search.slice(1) };
}

function countOn(query: string): string {
  const parameters = new URLSearchParams(query);
  parameters.set('page', String(Number(parameters.get('page') ?? '1') + 1));
  return parameters.toString();
}

/** Braces may be encoded or not, and the path may end with a slash. */
function plain(pathname: string): string {
  return pathname.replace(/%7B/gi, '{').replace(/%7D/gi, '}').replace(/\/$/, '').toLowerCase();
}
