import type { CleanupItem, CleanupOutcome } from '../record/types.ts';
import type { Plan } from './cleanup.ts';
import type { Run } from './run.ts';

const DONE: Readonly<Record<CleanupItem['act'], string>> = { cancel: 'Canceled', remove: 'Removed', note: 'Recorded' };
const WOULD: Readonly<Record<CleanupItem['act'], string>> = {
  cancel: 'Would cancel',
  remove: 'Would remove',
  note: 'Would record',
};
const INSTEAD: Readonly<Record<Exclude<CleanupOutcome, 'done' | 'failed'>, string>> = {
  gone: 'Gone already',
  changed: 'Left, as it is another by now',
  unknown: 'Not known',
  'not-reached': 'Not reached',
};

/** What will be done, or would be; and what is not known. */
export function tellPlan({ config, platform: { log } }: Run, { acts, notes }: Plan): void {
  for (const note of notes) log.warn(note);
  if (acts.length === 0) {
    log.info('Nothing to clean up, so nothing to record.');
    return;
  }
  if (!config.after.dryRun) return;
  for (const { item } of acts) log.info(`${WOULD[item.act]} ${describe(item)}`);
  log.info(
    `A rehearsal: nothing was done, and nothing recorded. DRY_RUN: 'false' does these ${String(acts.length)} acts.`,
  );
}

export function tellOutcome({ platform: { log } }: Run, item: CleanupItem): void {
  const { outcome = 'not-reached' } = item;
  if (outcome === 'failed') log.warn(`Could not ${item.act} ${describe(item)}`);
  else log.info(`${outcome === 'done' ? DONE[item.act] : INSTEAD[outcome]}: ${describe(item)}`);
}

function describe({ deploymentId, because, pullRequest, readyState, createdAt, recordId }: CleanupItem): string {
  const made = createdAt === undefined ? '' : `, created ${createdAt.slice(0, 16)}Z`;
  const what = `${deploymentId} (${readyState}${made})`;
  switch (because) {
    case 'interrupted':
      return `${what}: its run signed an intent and no result (record ${recordId}).`;
    case 'unfollowed':
      return `${what}: still building, and no run can be following it.`;
    case 'merged':
    case 'declined':
      return `${what}: preview of pull request ${String(pullRequest)}, which is ${because}.`;
  }
}
