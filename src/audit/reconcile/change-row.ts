import { loosely } from '../../fields.ts';
import type { ChangeKind, Row, SeenEvent, SeenPipeline, SeenRecord } from '../types.ts';
import { changesProduction, findTeller, isOwnAct, targetOf, type ToldChange } from './change-record.ts';
import { isOfNobody, UNRECORDED, type Change } from './changes.ts';
import { reviewOf } from './review.ts';
import { applyException, nameDeployment, personOf, toRowBuild, toRowEvent, toRowRecord } from './row.ts';
import { bad, fine, lacking, none, sentence, utc, word, type Said } from './say.ts';
import type { World } from './types.ts';
import { conclude, type Judged } from './with-record.ts';
import { sameBuild } from './with/build.ts';
import { allowedPolicy } from './with/policy.ts';
import { reservations } from './with/reservations.ts';
import { actRan, passingRan, signedBy } from './with/step.ts';
import { actInTime, passingInTime } from './with/time.ts';
import { rightPolicy } from './with/vercel-policy.ts';

/** The row of one change; and the record that would have told of it, if it held or could be checked. */
export interface ChangeRow {
  readonly row: Row;
  readonly doubted?: SeenRecord;
}

export function changeRow({ kind, event, of }: Change, world: World): ChangeRow {
  const teller = of && findTeller(kind, event, of, of.touching);
  const doubted = teller ? undefined : of && findTeller(kind, event, of, of.doubtfulTouching);
  const judged =
    of && teller ? judgeTold({ kind, event, of }, teller, world) : conclude([untold(kind, event, doubted, world)], []);
  const answer = teller && world.pipeline(teller.facts.pipelineUuid);
  const pipeline = answer && 'found' in answer ? answer.found : undefined;
  const row = toRow({ kind, event, of, teller, pipeline, judged }, world);
  return { row: applyException(row, world), ...(doubted ? { doubted } : {}) };
}

/**
 * An act of its own is compared like a deployment. What a deploy did in passing is told by its deployment's row, but for
 * when: that one says nothing of how long the run went on.
 */
function judgeTold({ kind, event, of }: ToldChange, record: SeenRecord, world: World): Judged {
  const { facts, file } = record;
  const found = `${word(file)}: ${word(facts.action)}, from ${utc(facts.startedAt)} to ${utc(facts.signedAt)}.`;
  const said = [fine('record', found), signedBy(record)];
  const production = changesProduction({ kind, event, of }, record);
  // Names are given by Vercel too, behind whoever made or moved the deployment: such an event may have no token.
  const token =
    event.tokenId === undefined && (kind === 'alias' || !production)
      ? none('vercel-policy', 'The event names no token.')
      : rightPolicy(event, facts, world);
  const more = reservations(facts, file, world);
  if (!isOwnAct(record, of)) {
    const passing = [passingInTime(event, record, world), eventSaid(event), passingRan(event, record, world)];
    return conclude([...said, ...passing, token], more);
  }
  const own = [
    ...[actInTime(event, record), eventSaid(event), sameBuild(record, world)],
    ...[actRan({ kind, event, of }, record, world), allowedPolicy(facts, event.at, world)],
  ];
  return conclude([...said, ...own, token], more);
}

function untold(kind: ChangeKind, event: SeenEvent, doubted: SeenRecord | undefined, world: World): Said {
  if (doubted && doubted.verdict.state !== 'verified') return disbelieved(doubted.file, doubted.verdict);
  if (event.unsettled !== undefined) return lacking('record', event.unsettled);
  if (event.deploymentId === undefined) {
    return lacking('record', 'The event does not say which deployment it is about.');
  }
  const [gap] = world.gaps('records');
  if (gap !== undefined) return lacking('record', `No record that was read tells of it, and not all were read: ${gap}`);
  const to = word(event.deploymentId);
  if (isOfNobody(event)) {
    const name = event.alias === undefined ? 'A name' : word(event.alias);
    const given = `${name} was given to ${to} at ${utc(event.at)}`;
    return lacking('record', `${given}, and the event does not say by whom: Vercel gives such names by itself, too.`);
  }
  const who = event.principalName ?? event.principalId ?? 'someone whom the event does not name';
  const what = event.alias === undefined ? to : `${word(event.alias)} to ${to}`;
  return bad('record', UNRECORDED[kind], [
    `No record tells of this ${kind} (${what}) at ${utc(event.at)}, by ${word(who)}.`,
  ]);
}

function disbelieved(file: string, { state, code, reason }: Doubt): Said {
  const why = `${code}: ${sentence(reason)}`;
  return state === 'refused'
    ? bad('record', 'UNVERIFIABLE', [`The record ${word(file)} tells of it and does not hold: ${why}`])
    : lacking('record', `The record ${word(file)} tells of it and could not be checked: ${why}`);
}

type Doubt = Exclude<SeenRecord['verdict'], { readonly state: 'verified' }>;

function eventSaid({ id, at }: SeenEvent): Said {
  return fine('event', `${word(id)} at ${utc(at)}, while the record's run went on.`);
}

interface Parts extends Change {
  readonly teller: SeenRecord | undefined;
  readonly pipeline: SeenPipeline | undefined;
  readonly judged: Judged;
}

function toRow({ kind, event, of, teller, pipeline, judged }: Parts, world: World): Row {
  const deployment = of?.deployment;
  const named = deployment ?? (of && { id: of.id });
  const recorded = of?.makers[0]?.facts;
  const target = targetOf({ event, of }, teller);
  const production = changesProduction({ kind, event, of }, teller);
  const review =
    production && teller && teller.facts.action !== 'deploy' ? reviewOf(pipeline, event.at, world) : undefined;
  return loosely<Row>({
    kind: 'change',
    id: event.id,
    class: judged.class,
    reasons: judged.reasons,
    change: kind,
    at: event.at,
    projectId: event.projectId ?? deployment?.projectId ?? recorded?.projectId ?? '',
    target,
    production,
    ...personOf(pipeline, undefined, event),
    deployment: named && nameDeployment(named, deployment?.readyState ?? 'UNKNOWN'),
    event: toRowEvent(event, world),
    record: teller && toRowRecord(teller),
    build: teller && toRowBuild(teller, pipeline),
    review: review?.found,
    checks: [...judged.checks, ...(review ? [review.check] : [])],
  });
}
