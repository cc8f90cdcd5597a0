import {
  cancelDeployment,
  createVercelApi,
  isBy,
  isOthers,
  listByMeta,
  listNewest,
  pageOf,
  readDeployment,
  type OwnMark,
  type Report,
  type VercelApi,
} from '../deploy/index.ts';
import type { Deployment } from '../deploy/types.ts';
import { META_INTENT } from './meta.ts';
import type { Run } from './run.ts';
import type { Story } from './story.ts';

const CANCEL_BUDGET_MS = 2500;
/** What is made of a create that was cut off is listed a moment later. */
const LOOK_AGAIN_MS: readonly number[] = [600, 900];

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
  const { project, door } = story.credential;
  // The first token may have been renewed since, and revoked.
  const token = story.keeper?.current() ?? story.credential.token;
  const api = createVercelApi(http, door, project.teamId, () => Promise.resolve(token));
  const signal = clock.timeout(CANCEL_BUDGET_MS);
  const mark = { key: META_INTENT, value: story.intent.payloadDigest };
  try {
    const found = await findLeft(api, run, story, mark, signal);
    if (found.length === 0 && story.isCreateOpen) {
      log.warn(`The create was under way when the run was stopped: ${describeSearch(mark)}`);
    }
    for (const deployment of found) {
      story.deployment = deployment;
      if (ENDED.includes(deployment.readyState)) continue;
      const canceled = await cancelDeployment({ api, log }, deployment, signal);
      if (canceled) log.info(`Canceled ${deployment.id}, which was still building.`);
      else log.warn(`${deployment.id} could not be canceled, and may become live: ${pageOf(deployment)}`);
    }
  } catch {
    log.warn(`Vercel did not say whether a deployment is left: ${describeSearch(mark)}`);
  }
}

function describeSearch({ key, value }: OwnMark): string {
  return `a deployment may have been made, or come yet. Look for one whose meta has ${key} ${value}.`;
}

/** What is this run's, or may be. */
async function findLeft(
  api: VercelApi,
  run: Run,
  story: Story,
  mark: OwnMark,
  signal: AbortSignal,
): Promise<readonly Deployment[]> {
  const known = story.deployment;
  // A short answer to the create leaves out what the record is compared by.
  if (known?.createdAt !== undefined && story.origin) return [known];
  const listed = await listOwn(api, run, story, mark, signal);
  if (!known || listed.some(({ id }) => id === known.id)) return listed;
  // Whose it is was not known yet when the run was stopped.
  const report = story.origin ? undefined : await readWhole(api, story, known.id, signal);
  if (!report || !isOthers(report, mark)) return [known, ...listed];
  story.origin = { kind: 'deduplicated', meta: report.meta };
  return listed;
}

/** A short answer does not say whose it is, and then the list does. What it has not yet was made this moment, so by this run. */
async function readWhole(
  api: VercelApi,
  { credential }: Story,
  id: string,
  signal: AbortSignal,
): Promise<Report | undefined> {
  const report = await readDeployment(api, id, signal);
  if (!report || report.deployment.createdAt !== undefined) return report;
  const newest = await listNewest(api, credential?.project.id ?? '', signal);
  return newest.find(({ deployment }) => deployment.id === id) ?? report;
}

async function listOwn(
  api: VercelApi,
  { platform: { clock } }: Run,
  { credential, deployment, isCreateOpen }: Story,
  { key, value }: OwnMark,
  signal: AbortSignal,
): Promise<readonly Deployment[]> {
  const sought = { projectId: credential?.project.id ?? '', metaKey: key, metaValue: value };
  const waits = isCreateOpen && !deployment ? LOOK_AGAIN_MS : [];
  for (const wait of [...waits, undefined]) {
    const reports = await listByMeta(api, sought, signal);
    const own = reports.filter((report) => isBy(report, credential?.principalId));
    if (own.length > 0 || wait === undefined) return own.map(({ deployment: one }) => one);
    await clock.sleep(wait, signal);
  }
  return [];
}
