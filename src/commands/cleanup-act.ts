import {
  cancelDeployment,
  createUpkeepApi,
  isRemovable,
  readDeployment,
  readServing,
  removeDeployment,
  type UpkeepApi,
} from '../deploy/index.ts';
import { PipeError } from '../errors.ts';
import type { CleanupItem, CleanupOutcome } from '../record/types.ts';
import type { Acting } from './act.ts';
import type { Planned } from './cleanup.ts';
import { SETTLED } from './cleanup-runs.ts';
import { tellOutcome } from './cleanup-tell.ts';
import { openFolder } from './homes.ts';
import { baseNameOf, META_INTENT, META_RECORD } from './meta.ts';
import { queue } from './parcels.ts';

/** Whatever the reason is, it will hold for the next ones too. */
const MAX_FAILURES_IN_A_ROW = 3;

/**
 * Does what the signed intent names, one after the other, and keeps in `story.cleanup` what came of each.
 * @throws {PipeError} as the first that failed, when all were tried.
 */
export async function performAll(acting: Acting, acts: readonly Planned[]): Promise<void> {
  const { run, story, credential } = acting;
  const { keeper } = story;
  if (!keeper) throw new Error('cleaning up before there is a credential');
  const upkeep = createUpkeepApi(run.http, credential.door, credential.project.teamId, () => keeper.bearer());
  const items: CleanupItem[] = acts.map(({ item }) => ({ ...item, outcome: 'not-reached' }));
  story.cleanup = items;
  const failures: PipeError[] = [];
  let inARow = 0;
  for (const [index, planned] of acts.entries()) {
    run.signal.throwIfAborted();
    if (inARow >= MAX_FAILURES_IN_A_ROW) break;
    let outcome: CleanupOutcome;
    items[index] = { ...planned.item, outcome: 'unknown' };
    try {
      outcome = await perform(acting, upkeep, planned);
      inARow = outcome === 'failed' ? inARow + 1 : 0;
    } catch (error) {
      run.signal.throwIfAborted();
      if (!(error instanceof PipeError)) throw error;
      failures.push(error);
      outcome = 'failed';
      inARow += 1;
    }
    const item = { ...planned.item, outcome };
    items[index] = item;
    tellOutcome(run, item);
    if (isSettled(item)) await markSettled(acting, planned);
  }
  refuseFailures(items, failures);
}

/** Each is looked at again: between the plan and now it may have become another. */
async function perform(
  { run, api, credential }: Acting,
  upkeep: UpkeepApi,
  { item, report }: Planned,
): Promise<CleanupOutcome> {
  if (item.act === 'note') return 'done';
  const { log } = run.platform;
  const now = await readDeployment(api, item.deploymentId, run.signal);
  if (!now) return 'gone';
  if (now.meta[META_INTENT] !== report.meta[META_INTENT]) return 'changed';
  if (item.act === 'cancel') {
    if (!['QUEUED', 'INITIALIZING', 'BUILDING'].includes(now.deployment.readyState)) return 'changed';
    return (await cancelDeployment({ api, log }, now.deployment, run.signal)) ? 'done' : 'failed';
  }
  const serving = await readServing(api, credential.project.id, run.signal);
  if (!isRemovable(now, serving)) return 'changed';
  return removeDeployment(upkeep, item.deploymentId, run.signal);
}

function isSettled({ because, outcome }: CleanupItem): boolean {
  return because === 'interrupted' && (outcome === 'done' || outcome === 'gone');
}

/**
 * Beside the intent of the interrupted run, where the next cleanup looks. No record: it names the signed one, which is
 * stored before it.
 */
async function markSettled({ run, story }: Acting, { item, report }: Planned): Promise<void> {
  const base = baseNameOf(run, report.meta[META_RECORD]);
  if (base === undefined || !story.intent) return;
  const name = `${base}${SETTLED}`;
  const note = {
    note: 'This run left no result. A cleanup has recorded that it was interrupted: see the record that is named here.',
    recordId: item.recordId,
    settledBy: { recordId: run.recordId, intent: { digest: { sha256: story.intent.payloadDigest } } },
  };
  const text = `${JSON.stringify(note, undefined, 2)}\n`;
  await openFolder(run).replace(name, text);
  queue(run, story, 'note', name, text);
}

function refuseFailures(items: readonly CleanupItem[], failures: readonly PipeError[]): void {
  const failed = items.filter(({ outcome }) => outcome === 'failed').length;
  if (failed === 0) return;
  const [first] = failures;
  const left = items.filter(({ outcome }) => outcome === 'not-reached').length;
  throw new PipeError({
    code: first?.code ?? 'REQUEST_REJECTED',
    message:
      `The cleanup is not complete: ${String(failed)} of ${String(items.length)} acts failed, and ${String(left)} were not tried. ${first?.message ?? ''}`.trim(),
    ...(first?.got === undefined ? {} : { got: first.got }),
    ...(first?.wanted === undefined ? {} : { wanted: first.wanted }),
    fix: first?.fix ?? 'Look at the deployments that are named above, then run the step again.',
  });
}
