import type { Case } from './case.ts';
import { none, unseen, utc, word, type Said } from './say.ts';
import type { World } from './types.ts';
import type { Judged } from './with-record.ts';
import { badRecord } from './without/bad-record.ts';
import { copiedRecord, redeployed } from './without/copied.ts';
import { forgedLink } from './without/forged-link.ts';
import { interrupted } from './without/interrupted.ts';
import { removedRecord } from './without/removed.ts';
import { unexplained } from './without/unexplained.ts';
import { unsettledBirth } from './without/unsettled.ts';

/** In the order of precedence: the first that finds something decides. The last always does. */
const TABLE: readonly ((of: Case, world: World) => Said)[] = [
  badRecord,
  removedRecord,
  unsettledBirth,
  forgedLink,
  interrupted,
  copiedRecord,
  redeployed,
  unexplained,
];

/** A deployment that no verified record names. */
export function judgeUnrecorded(of: Case, world: World): Judged {
  const all = TABLE.map((check) => check(of, world));
  const deciding = all.find(({ findings }) => findings.length > 0) ?? unexplained(of, world);
  const [decisive] = deciding.findings;
  const step = all.find(({ check }) => check.name === 'step');
  const reasons = deciding.findings.map(({ reason }) => reason);
  const record =
    deciding.check.name === 'record' ? deciding.check : none('record', 'No verified record names it.').check;
  const [gap] = world.gaps('records');
  return {
    class: decisive?.class ?? 'UNEXPLAINED',
    reasons:
      gap === undefined || decisive?.class === 'NOT_CHECKABLE'
        ? reasons
        : [...reasons, `Not all records were read: ${gap}`],
    checks: [record, eventOf(of, world).check, buildOf(of, world).check, ...(step ? [step.check] : [])],
  };
}

function eventOf({ created }: Case, world: World): Said {
  if (!created) return unseen('event', world.gaps('events')[0] ?? 'No event tells of its creation.');
  const who = created.principalName ?? created.principalId;
  return none('event', `${word(created.id)} at ${utc(created.at)}${who === undefined ? '' : `, by ${word(who)}`}.`);
}

function buildOf({ meta }: Case, world: World): Said {
  if (meta.pipeline === undefined) return none('build', 'It names no build.');
  const answer = world.pipeline(meta.pipeline);
  if ('unknown' in answer) return unseen('build', answer.unknown);
  if ('absent' in answer) return none('build', `Bitbucket knows no pipeline ${meta.pipeline}.`);
  return none('build', `Its meta, which proves nothing, names pipeline ${meta.pipeline}.`);
}
