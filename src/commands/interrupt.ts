import { cancelDeployment, createVercelApi, isBy, listByMeta, pageOf } from '../deploy/index.ts';
import { META_INTENT } from './meta.ts';
import type { Run } from './run.ts';
import type { Story } from './story.ts';

const CANCEL_BUDGET_MS = 2500;

const ENDED = ['READY', 'ERROR', 'CANCELED', 'DELETED'];

/**
 * Cancels what a stopped run leaves on Vercel: a deployment that is still building, also one whose create was cut off
 * before its answer came. A run that failed by itself leaves its deployment as it is: it may still become live.
 */
export async function cancelUnfinished(run: Run, story: Story): Promise<void> {
  if (!run.stop.aborted || !story.credential || !story.intent) return;
  // What Vercel answered with was an earlier run's, which may still be waiting for it.
  if (story.origin && story.origin.kind !== 'created') return;
  const { platform, http } = run;
  const { log, clock } = platform;
  const { project, principalId, door } = story.credential;
  // The first token may have been renewed since, and revoked.
  const token = story.keeper?.current() ?? story.credential.token;
  const api = createVercelApi(http, door, project.teamId, () => Promise.resolve(token));
  const signal = clock.timeout(CANCEL_BUDGET_MS);
  try {
    const metaValue = story.intent.payloadDigest;
    const known = story.deployment;
    // A short answer to the create leaves out what the record is compared by.
    const listed =
      known?.createdAt === undefined
        ? (await listByMeta(api, { projectId: project.id, metaKey: META_INTENT, metaValue }, signal))
            .filter((report) => isBy(report, principalId))
            .map(({ deployment }) => deployment)
        : [];
    const found = known && !listed.some(({ id }) => id === known.id) ? [known, ...listed] : listed;
    for (const deployment of found) {
      story.deployment = deployment;
      if (ENDED.includes(deployment.readyState)) continue;
      const canceled = await cancelDeployment({ api, log }, deployment, signal);
      if (canceled) log.info(`Canceled ${deployment.id}, which was still building.`);
      else log.warn(`${deployment.id} could not be canceled, and may become live: ${pageOf(deployment)}`);
    }
  } catch {
    log.warn(`Vercel did not say whether a deployment is left: look for ${META_INTENT} ${story.intent.payloadDigest}.`);
  }
}
