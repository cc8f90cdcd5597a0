import { json, type Reply } from '../reply.ts';
import type { Call } from '../router.ts';
import { invalid } from './checks.ts';
import type { BitbucketOptions } from './types.ts';

export const PAGE = ['page', 'pagelen'];
const MAX_LENGTH = 100;

export interface Paged {
  readonly page: number;
  readonly pagelen: number;
  /** What is on it, as indexes into the whole. */
  readonly start: number;
  readonly end: number;
}

/** Which page is asked for. One that lies beyond the end is empty. */
export function readPage(call: Call, usual = 10, most = MAX_LENGTH): Paged {
  const pagelen = readNumber(call, 'pagelen', usual);
  const page = readNumber(call, 'page', 1);
  if (pagelen > most) throw invalid('Invalid pagelen');
  return { page, pagelen, start: (page - 1) * pagelen, end: page * pagelen };
}

/**
 * The envelope of a list; `next` is the address of the page after it, and not there on the last one.
 * @param choose what of it is wanted
 */
export function pageReply(
  call: Call,
  { page, pagelen, end }: Paged,
  { values, size }: { readonly values: readonly object[]; readonly size: number },
  { omitSize = false, omitNext = false }: Pick<BitbucketOptions, 'omitSize' | 'omitNext'> = {},
  choose: (envelope: Readonly<Record<string, unknown>>) => object = (envelope) => envelope,
): Reply {
  const next = new URL(call.url);
  next.searchParams.set('pagelen', String(pagelen));
  next.searchParams.set('page', String(page + 1));
  const envelope = {
    page,
    pagelen,
    ...(omitSize ? {} : { size }),
    ...(size > end && !omitNext ? { next: next.href } : {}),
    values,
  };
  return json(200, choose(envelope));
}

/** A list that is sorted by its creation, which is all that the sandbox sorts by: true for the newest first. */
export function readSort({ query }: Call): boolean {
  const sort = query.get('sort') ?? 'created_on';
  if (!/^-?created_on$/.test(sort)) throw invalid(`Invalid sort: ${sort}`);
  return sort.startsWith('-');
}

function readNumber({ query }: Call, name: string, fallback: number): number {
  const text = query.get(name) ?? String(fallback);
  if (!/^[1-9][0-9]{0,5}$/.test(text)) throw invalid(`Invalid ${name}`);
  return Number(text);
}
