import type { Log } from '../platform/types.ts';
import { readReport } from './report.ts';
import type { Deployment, ReadyState } from './types.ts';
import type { VercelApi } from './vercel-api.ts';

/** Ends after which it will never be live. READY is none of them, and a block can be lifted. */
const NEVER_LIVE: readonly ReadyState[] = ['CANCELED', 'ERROR', 'DELETED'];

const GONE = [404, 410];

/**
 * Cancels a deployment that is still building. Never throws: it runs where something else has failed already.
 * @returns true where the deployment is canceled or has ended without becoming live; false where it is READY, or may
 * become live.
 */
export async function cancelDeployment(
  { api, log }: { readonly api: VercelApi; readonly log: Log },
  deployment: Deployment,
  signal: AbortSignal,
): Promise<boolean> {
  if (NEVER_LIVE.includes(deployment.readyState)) return true;
  try {
    const { status, body } = await api.cancel(deployment.id, signal);
    // What is no deployment is a proxy's 200, and Vercel may know nothing of the cancel.
    if ((status === 200 && readReport(body, deployment)) || GONE.includes(status)) return true;
    log.debug(`cancel of ${deployment.id}: status ${String(status)}`);
    // A refusal mostly means that it has ended meanwhile: how, only a look can tell.
    const reply = await api.read(deployment.id, signal);
    if (GONE.includes(reply.status)) return true;
    const report = reply.status === 200 ? readReport(reply.body, deployment) : undefined;
    return report !== undefined && NEVER_LIVE.includes(report.deployment.readyState);
  } catch (error) {
    log.debug(`cancel of ${deployment.id}: ${error instanceof Error ? error.message : 'stopped'}`);
    return false;
  }
}
