import type { Spool } from '../spool/index.ts';
import type { PopulationState, Scope, SeenEvent } from '../types.ts';
import { changeList, deploymentList, tokenList, type Listing } from './lists.ts';
import { readProjectNames } from './projects.ts';
import { readPage, type Reading } from './read-page.ts';
import { SPOOLED, type VercelCollection, type VercelDeps, type VercelWatch } from './types.ts';
import { walk } from './walk.ts';

const NOBODY: VercelWatch = { note: () => undefined, wants: () => false };

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
  watch: VercelWatch = NOBODY,
): Promise<VercelCollection> {
  const reading = { scope, deps, signal };
  const projects = scope.projectIds.length > 0 ? scope.projectIds : [''];
  const read = (name: PopulationState['name'], list: Listing, keys: readonly string[]): Promise<PopulationState> =>
    collect(name, list, keys, { ...reading, spool, watch });
  const populations = [
    await read('deployments', deploymentList(scope), projects),
    await read('events', changeList(scope), ['']),
    await read('vercel-policies', tokenList(scope), ['']),
  ];
  return { populations, projects: await readProjectNames(scope, deps, spool, signal) };
}

interface Collecting extends Omit<Reading, 'keeps'> {
  readonly spool: Spool;
  readonly watch: VercelWatch;
}

async function collect(
  name: PopulationState['name'],
  list: Listing,
  keys: readonly string[],
  { spool, watch, ...reading }: Collecting,
): Promise<PopulationState> {
  const parts = keys.map((key) => ({ key, first: { until: list.until, seen: {} } }));
  // An event asks for what older ones say, which come behind it, also on the same page.
  const keeps: Reading['keeps'] = ({ value, counts }) => {
    const isKept = counts || (list.name === SPOOLED.events && watch.wants(value as SeenEvent));
    if (isKept) watch.note(list.name, value);
    return isKept;
  };
  const refusals = await walk(spool, list.name, parts, ({ key }, position) =>
    readPage(list, key, position, { ...reading, keeps }),
  );
  const { lines, gaps } = spool.progress(list.name);
  return { name, seen: lines, missing: [...gaps, ...refusals.map(({ refused }) => refused)] };
}
