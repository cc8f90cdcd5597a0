import { readOtherPipeline } from '../bitbucket/index.ts';
import { recordFileName } from '../record/index.ts';
import { openLastingHome } from './homes.ts';
import { baseNameOf, META_PIPELINE, META_RECORD } from './meta.ts';
import { MAX_RECORD_BYTES } from './named-record.ts';
import type { Acting } from './act.ts';
import type { OwnDeployment, Plan, Planned } from './cleanup.ts';
import { askerOf, type Asker } from './cleanup-ask.ts';
import { toItem } from './cleanup-item.ts';

/** TIMEOUT is at most six hours; the rest is for clocks that differ. */
const LONGEST_RUN_MS = 6 * 3_600_000 + 5 * 60_000;
/** Each costs up to three reads of the store. */
const MAX_LOOKED_UP = 200;
const BUILDING = ['QUEUED', 'INITIALIZING', 'BUILDING'];

/** The endings of the files beside an intent: either says how its run ended. */
const RESULT = recordFileName('', 'result');
const INTENT = recordFileName('', 'intent');
/** Names the cleanup that settled an interrupted run, so that the next one leaves it alone. */
export const SETTLED = '.settled.json';

const WITHOUT_STORE =
  'Without RECORD_STORE it is not known which runs left a result: only what is still building long after its run is ended.';

/**
 * Deployments whose run signed an intent and no result: what is still building is to be canceled, the rest to be noted.
 * A run that may still be going on is left alone, and so is one of which neither intent nor result can be found, unless
 * its deployment is still building when no run can be following it.
 */
export async function findInterrupted(acting: Acting, own: readonly OwnDeployment[]): Promise<Plan> {
  const { run } = acting;
  const asker = askerOf(acting);
  const acts: Planned[] = [];
  const looked = own.slice(0, MAX_LOOKED_UP);
  for (const one of looked) {
    const isBuilding = BUILDING.includes(one.report.deployment.readyState);
    // Where no record can be found, nothing but the building itself speaks of an interruption.
    if (!isBuilding && !run.config.store && !(await hasFile(acting, one, INTENT))) continue;
    if (await hasFile(acting, one, RESULT)) continue;
    if (!(await isLeft(acting, one, isBuilding, asker))) continue;
    const interrupted = await hasFile(acting, one, INTENT);
    if (isBuilding) acts.push(toItem(one, 'cancel', interrupted ? 'interrupted' : 'unfollowed'));
    else if (interrupted && !(await hasFile(acting, one, SETTLED))) acts.push(toItem(one, 'note', 'interrupted'));
  }
  const unseen = own.length - looked.length;
  return {
    acts,
    notes: [
      ...(run.config.store ? [] : [WITHOUT_STORE]),
      ...(unseen > 0 ? [`The records of ${String(unseen)} older deployments were not looked up.`] : []),
    ],
    refusal: asker?.refusal(),
  };
}

/**
 * Whether no run can be following it any more: by its age alone, or sooner where Bitbucket says that its pipeline has
 * ended. Where Bitbucket can be asked, what it does not know as a pipeline of this repository is another's to settle.
 */
async function isLeft(
  { run }: Acting,
  { report }: OwnDeployment,
  isBuilding: boolean,
  asker: Asker | undefined,
): Promise<boolean> {
  const { createdAt } = report.deployment;
  const age = createdAt === undefined ? 0 : run.platform.clock.now() - createdAt;
  const outlived = age > LONGEST_RUN_MS;
  // Its intent lies in this repository's own store, if anywhere.
  if (!asker || (outlived && !isBuilding)) return outlived;
  const uuid = report.meta[META_PIPELINE];
  if (uuid === undefined) return false;
  const pipeline = await asker.ask(`pipeline ${uuid}`, (name, deps, signal) =>
    readOtherPipeline(name, uuid, deps, signal),
  );
  return pipeline !== undefined && (outlived || (age > run.config.timeoutMs && !pipeline.running));
}

/** In RECORD_DIR, or in the lasting home. */
async function hasFile({ run, story }: Acting, { report }: OwnDeployment, ending: string): Promise<boolean> {
  const base = baseNameOf(run, report.meta[META_RECORD]);
  if (base === undefined) return false;
  const name = `${base}${ending}`;
  const here = await run.platform.files.lstat(`${run.config.recordDir}/${name}`);
  if (here?.kind === 'file') return true;
  story.home ??= openLastingHome(run, story);
  return (await story.home?.read(name, MAX_RECORD_BYTES, run.signal)) !== undefined;
}
