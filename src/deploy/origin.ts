import { PipeError } from '../errors.ts';
import type { Log } from '../platform/types.ts';
import { pageOf } from './judge.ts';
import { readAgain } from './lookup.ts';
import type { Report } from './report.ts';
import type { VercelApi } from './vercel-api.ts';

/** Where the deployment came from. */
export type Origin =
  | { readonly kind: 'created' }
  /**
   * Made by an earlier run of this step, or answered with by Vercel's own de-duplication. `meta` names the record of who
   * made it; of another tool's there is none.
   */
  | { readonly kind: 'adopted' | 'deduplicated'; readonly meta: Readonly<Record<string, string>> };

/** What is stored with this run's deployment, and with no other. */
export interface OwnMark {
  readonly key: string;
  readonly value: string;
}

/** Whether another run, or another tool, has made it. A short answer does not say what was stored with a deployment. */
export function isOthers({ deployment, meta }: Report, { key, value }: OwnMark): boolean {
  return meta[key] === undefined ? deployment.createdAt !== undefined : meta[key] !== value;
}

/**
 * Who made what Vercel has answered a create with: it may have the same files already, from whomever. Only what bears
 * this run's mark is this run's work, to be recorded as that and to be canceled with it.
 * @returns the same report, or a fuller one
 */
export async function tellOrigin(
  deps: { readonly api: Pick<VercelApi, 'read'>; readonly log: Log },
  answer: Report,
  mark: OwnMark,
  signal: AbortSignal,
): Promise<{ readonly report: Report; readonly origin: Origin }> {
  const report =
    isOthers(answer, mark) && answer.meta[mark.key] === undefined ? await look(deps, answer, signal) : answer;
  const { deployment, meta } = report;
  const page = pageOf(deployment);
  if (!isOthers(report, mark)) {
    deps.log.info(`Created ${deployment.id}: ${page}`, { deploymentId: deployment.id });
    return { report, origin: { kind: 'created' } };
  }
  const unsigned = meta[mark.key] === undefined ? ' No record tells who made that.' : '';
  deps.log.warn(
    `Vercel made nothing new: it has the same files as ${deployment.id} already, and answered with that.${unsigned} FORCE: true makes a new one. ${page}`,
  );
  return { report, origin: { kind: 'deduplicated', meta } };
}

/** Where Vercel does not show it, what it has answered counts. */
async function look(
  { api }: { readonly api: Pick<VercelApi, 'read'> },
  answer: Report,
  signal: AbortSignal,
): Promise<Report> {
  try {
    return await readAgain(api, answer, signal);
  } catch (error) {
    if (!(error instanceof PipeError)) throw error;
    signal.throwIfAborted();
    return answer;
  }
}
