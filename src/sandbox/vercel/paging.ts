import { apiRefusal } from '../reply.ts';
import type { ListOptions } from './deployment-types.ts';

const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 100;

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly pagination: { readonly count: number; readonly next: number | null; readonly prev: number | null };
}

interface PageQuestion {
  readonly limit: number;
  readonly ties: NonNullable<ListOptions['ties']>;
}

/**
 * One page of what comes newest first. Vercel documents `next` as a timestamp that is to be asked with as `until`, and not
 * what becomes of several things of one time at the end of a page: see `ListOptions`.
 */
export function readPage<Item>(
  items: Iterable<Item>,
  timeOf: (item: Item) => number,
  { limit, ties }: PageQuestion,
): Page<Item> {
  const page: Item[] = [];
  // A limit of one asks for the newest, not for a page.
  const grows = ties === 'whole' && limit > 1;
  let next: number | null = null;
  for (const item of items) {
    const last = page.at(-1);
    if (last !== undefined && page.length >= limit && !(grows && timeOf(last) === timeOf(item))) {
      next = timeOf(last);
      break;
    }
    page.push(item);
  }
  const [first] = page;
  const prev = first === undefined ? null : timeOf(first);
  return { items: page, pagination: { count: page.length, next, prev } };
}

/** Where `until` ends: itself is in the answer only where ties come again. */
export function endOf(until: number, ties: PageQuestion['ties']): number {
  return ties === 'again' ? until + 1 : until;
}

export function readLimit(query: URLSearchParams, max = MAX_LIMIT): number {
  const text = query.get('limit') ?? String(DEFAULT_LIMIT);
  const limit = Number(text);
  if (/^\d+$/.test(text) && limit >= 1 && limit <= max) return limit;
  throw apiRefusal(400, 'bad_request', `Query parameter limit should be 1 to ${String(max)}, got "${text}"`);
}

export function readTime(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  if (/^\d+$/.test(text)) return Number(text);
  throw apiRefusal(400, 'bad_request', `Query parameter ${name} should be milliseconds, got "${text}"`);
}
