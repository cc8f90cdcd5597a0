import type { Scope } from '../types.ts';
import { askVercel } from './ask-vercel.ts';
import { asFields, toInstant, unreadable } from './fields.ts';
import type { Found, Listing } from './lists.ts';
import { advance, type TimePage, type TimePosition } from './time-pages.ts';
import type { VercelDeps } from './types.ts';
import type { Turn } from './walk.ts';

const LIMIT = 100;

export interface Reading {
  readonly scope: Pick<Scope, 'teamId'>;
  readonly deps: VercelDeps;
  readonly signal: AbortSignal;
  /** Whether a value of the list's time is kept; it is looked at in the order of the list, each once. */
  readonly keeps: (found: Found & { readonly counts: boolean }) => boolean;
}

/** One page of one of Vercel's lists. */
export async function readPage(
  list: Listing,
  part: string,
  position: TimePosition,
  { scope, deps, signal, keeps }: Reading,
): Promise<Turn<TimePosition>> {
  const question = list.question(part);
  // A millisecond more on the old side: `since` may or may not take in what was created at it.
  const range = { limit: String(LIMIT), since: String(list.since - 1), until: String(position.until) };
  const answer = await askVercel(deps, scope.teamId, { ...question, query: { ...question.query, ...range } }, signal);
  if ('refused' in answer) return answer;
  const { fresh, next, stuckAt } = advance(toPage(list, part, answer.body), position, LIMIT);
  const kept = fresh.filter((found) => found.at >= list.since && found.at < list.until && keeps(found));
  const gap = stuckAt === undefined ? undefined : describeStuck(list, stuckAt);
  return { values: kept.map(({ value }) => value), next, gap };
}

function toPage(list: Listing, part: string, body: unknown): TimePage<Found & { readonly counts: boolean }> {
  const { [list.member]: found, pagination } = asFields(body);
  if (!Array.isArray(found)) throw unreadable('Vercel', `no ${list.member}`);
  const items = found.map((item) => {
    const value = list.read(item, part);
    if (value === undefined) throw unreadable('Vercel', `one of its ${list.member} without an id or a time`);
    return value;
  });
  const { next } = asFields(pagination);
  return { items, next: next === null ? null : toInstant(next) };
}

function describeStuck({ member }: Listing, at: number): string {
  const page = `Vercel shows ${String(LIMIT)} ${member} of the millisecond ${new Date(at).toISOString()}, and no more`;
  return `${page}: further ones of that millisecond may be missing.`;
}
