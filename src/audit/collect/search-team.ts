import type { Spool } from '../spool/index.ts';
import type { Scope, SeenDeployment } from '../types.ts';
import { deploymentList } from './lists.ts';
import { readPage } from './read-page.ts';
import { SPOOLED, type VercelDeps, type WantedDeployments } from './types.ts';
import { walk } from './walk.ts';

/** Of what was created before the period, in which most of what is deleted in it was made. */
const MOST_PAGES = 50;
const REACH_MS = 90 * 24 * 60 * 60_000;

/**
 * Looks through the team's deployments, of every project, for those that events leave open: the newest first, no longer
 * than one is open, and no further than {@link MOST_PAGES} pages before the period. A list may show what was deleted, and
 * has a hundred answers where a single question has one. A credential that may not read it has none.
 * @throws {PipeError} `RATE_LIMITED`, `SERVICE_FAILED`, `NETWORK`: the spool holds what was found until then
 */
export async function searchTeam(
  wanted: WantedDeployments,
  scope: Scope,
  deps: VercelDeps,
  spool: Spool,
  signal: AbortSignal,
): Promise<void> {
  for await (const kept of spool.read<SeenDeployment>(SPOOLED.others)) {
    for (const { value } of kept) wanted.answerWith(value);
  }
  const whole = deploymentList({ ...scope, projectIds: [] });
  const list = { ...whole, name: SPOOLED.others, since: Math.max(1, scope.since - REACH_MS) };
  const keeps = ({ value }: { readonly value: object }): boolean => {
    const isWanted = wanted.wantsDeployment(value as SeenDeployment);
    if (isWanted) wanted.answerWith(value as SeenDeployment);
    return isWanted;
  };
  let pages = 0;
  await walk(spool, list.name, [{ key: '', first: { until: scope.until, seen: {} } }], async (_, position) => {
    const isBefore = position.until <= scope.since;
    if (!wanted.hasOpen() || (isBefore && pages >= MOST_PAGES)) return { later: true };
    if (isBefore) pages += 1;
    return readPage(list, '', position, { scope, deps, signal, keeps });
  });
}
