import type { Spool } from '../spool/index.ts';
import type { PopulationState, Scope } from '../types.ts';
import { askVercel } from './ask-vercel.ts';
import { asFields, toInstant, unreadable } from './fields.ts';
import { changeList, deploymentList, tokenList, type Found, type Listing } from './lists.ts';
import { readProjectNames } from './projects.ts';
import { advance, type TimePage, type TimePosition } from './time-pages.ts';
import type { VercelCollection, VercelDeps, VercelNote } from './types.ts';
import { walk, type Turn } from './walk.ts';

const LIMIT = 100;

/**
 * The deployments that were created in the period; the events of the period (the birth of a deployment also up to a
 * minute beside it); and how tokens came about (from two hours before it). Goes on where an earlier run stopped.
 * What was refused is said in the state of its population. Deployments from before the period that its events name are
 * no part of it: `createDeploymentAsker` asks for them singly.
 * @throws {PipeError} `RATE_LIMITED`, `SERVICE_FAILED`, `NETWORK`: the spool holds what was read until then
 */
export async function collectVercel(
  scope: Scope,
  deps: VercelDeps,
  spool: Spool,
  signal: AbortSignal,
  note: VercelNote = () => undefined,
): Promise<VercelCollection> {
  const reading = { scope, deps, spool, signal, note };
  const projects = scope.projectIds.length > 0 ? scope.projectIds : [''];
  const populations = [
    await collect('deployments', deploymentList(scope), projects, reading),
    await collect('events', changeList(scope), [''], reading),
    await collect('vercel-policies', tokenList(scope), [''], reading),
  ];
  return { populations, projects: await readProjectNames(scope, deps, spool, signal) };
}

interface Reading {
  readonly scope: Scope;
  readonly deps: VercelDeps;
  readonly spool: Spool;
  readonly signal: AbortSignal;
  readonly note: VercelNote;
}

async function collect(
  name: PopulationState['name'],
  list: Listing,
  keys: readonly string[],
  reading: Reading,
): Promise<PopulationState> {
  const { spool } = reading;
  const parts = keys.map((key) => ({ key, first: { until: list.until, seen: {} } }));
  const refusals = await walk(spool, list.name, parts, async ({ key }, position) => {
    const turn = await readPage(list, key, position, reading);
    if ('values' in turn) for (const value of turn.values) reading.note(list.name, value);
    return turn;
  });
  const { lines, gaps } = spool.progress(list.name);
  return { name, seen: lines, missing: [...gaps, ...refusals.map(({ refused }) => refused)] };
}

async function readPage(
  list: Listing,
  part: string,
  position: TimePosition,
  { scope, deps, signal }: Reading,
): Promise<Turn<TimePosition>> {
  const question = list.question(part);
  // A millisecond more on the old side: `since` may or may not take in what was created at it.
  const range = { limit: String(LIMIT), since: String(list.since - 1), until: String(position.until) };
  const answer = await askVercel(deps, scope.teamId, { ...question, query: { ...question.query, ...range } }, signal);
  if ('refused' in answer) return answer;
  const { fresh, next, stuckAt } = advance(toPage(list, part, answer.body), position, LIMIT);
  const kept = fresh.filter(({ at, counts }) => counts && at >= list.since && at < list.until);
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
