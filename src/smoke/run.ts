import { elapsedSince } from '../elapsed.ts';
import type { Secret } from '../secret.ts';
import { askPath, type Asked } from './ask.ts';
import { notAccepted } from './refusals.ts';
import type { SmokeDeps, SmokePlan, SmokeReport } from './types.ts';

/**
 * Asks for every path of a deployment, all at once, each for about a minute at most, and compares status and text. First
 * without a token; where Vercel's protection answers, with the step's token, if that may be shown.
 * @throws the signal's reason. Whatever a deployment answers is in the report.
 */
export async function runSmoke(plan: SmokePlan, deps: SmokeDeps, signal: AbortSignal): Promise<SmokeReport> {
  const { clock } = deps;
  const { site, paths } = plan;
  const startedAt = clock.now();
  const shared = { ...plan, token: once(plan.token) };
  const asked = await askAll(paths.map((path) => askPath(path, shared, deps, signal)));
  const results = asked.map(({ result }) => result);
  const refusal = asked.find((one) => one.refusal)?.refusal;
  const turnedAway = results.some((result) => result.protected && result.tokenShown);
  return {
    host: site.host,
    ok: results.every(({ ok }) => ok),
    results,
    startedAt,
    ms: elapsedSince(clock, startedAt),
    refusal: refusal ?? (turnedAway ? notAccepted(site.host) : undefined),
  };
}

/** All to their ends, so that nothing goes on behind the caller's back; then the first that failed. */
async function askAll(work: readonly Promise<Asked>[]): Promise<readonly Asked[]> {
  await Promise.allSettled(work);
  return Promise.all(work);
}

/** The paths share one look at the token. */
function once(token: SmokePlan['token']): SmokePlan['token'] {
  let sought: Promise<Secret> | undefined;
  return () => (sought ??= token());
}
