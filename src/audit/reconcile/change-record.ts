import type { ChangeKind, RecordLine, SeenEvent, SeenRecord } from '../types.ts';
import { isKeyless, type Case } from './case.ts';
import { isGenerated, type Change } from './changes.ts';
import { GRACE_MS } from './say.ts';

/** By whose hand a deployment came about, or got into production. */
const BY_HAND: ReadonlySet<string> = new Set([
  'deployment',
  'manual-deployment-promotion-created',
  'instant-rollback-created',
]);

/** A change of a deployment that is known: only of that a record can tell. */
export interface ToldChange extends Change {
  readonly of: Case;
}

/** The record that tells of a change: an act of its own before a deploy that did it in passing. */
export function findTeller(
  kind: ChangeKind,
  event: SeenEvent,
  of: Case,
  among: readonly SeenRecord[],
): SeenRecord | undefined {
  const fitting = among.filter(
    (record) => tellsOf(kind, event, of, record) && isInRun(event, record) && record.facts.outcome !== 'denied',
  );
  return fitting.find(({ facts }) => facts.action !== 'deploy') ?? fitting[0];
}

/**
 * Whether all of a change hangs on its record alone. Of the deploy that explains the deployment, the deployment's own row
 * says whether it holds; of any other record, no row but the change's does. Nor does one where neither the list nor an
 * event shows the deployment, as those of before the period: whoever signs a record may name any.
 */
export function isOwnAct(teller: SeenRecord, { deployment, created, makers }: Case): boolean {
  const isJudged = (deployment ?? created) !== undefined && teller.digest === makers[0]?.digest;
  return teller.facts.action !== 'deploy' || !isJudged;
}

/** Of a deployment that the list does not show, its events may tell more than anyone's record. */
export function targetOf({ event, of }: Omit<Change, 'kind'>, teller: SeenRecord | undefined): string {
  const told = of?.created?.target ?? event.target;
  return of?.deployment?.target ?? told ?? of?.makers[0]?.facts.target ?? teller?.facts.target ?? '';
}

/** A name may be one of production's, and nothing here says which are: only a record of another target says that it is not. */
export function changesProduction({ kind, event, of }: Change, teller: SeenRecord | undefined): boolean {
  if (kind === 'promotion' || kind === 'rollback') return true;
  if (kind === 'alias') return teller === undefined || teller.facts.target === 'production';
  return targetOf({ event, of }, teller) === 'production';
}

function tellsOf(kind: ChangeKind, event: SeenEvent, of: Case, record: SeenRecord): boolean {
  const { id } = of;
  const { action, actsOn, deployment, rolledBackTo, removed = [], projectId, target } = record.facts;
  if (event.projectId !== undefined && event.projectId !== projectId) return false;
  // A deploy to elsewhere moves no production, whoever does that while it goes on.
  const deployed = action === 'deploy' && deployment?.id === id && target === 'production';
  switch (kind) {
    case 'promotion':
      return (action === 'promote' && actsOn === id) || deployed;
    case 'rollback':
      // Vercel's history may name what production went to, or what it went from.
      return (action === 'rollback' && actsOn === id) || (action === 'deploy' && rolledBackTo === id) || deployed;
    case 'alias':
      return (deployment?.id === id && namesAlias(event, of, record)) || movedAlong(event, of, record);
    case 'deletion':
      return action === 'cleanup' && removed.includes(id);
    case 'undeletion':
      return false;
  }
}

/**
 * Vercel's own names of production go where production goes. So whoever moved it in the record's run may have moved them,
 * and nobody else: a record does not list them all.
 */
function movedAlong(event: SeenEvent, { id, events }: Case, record: SeenRecord): boolean {
  if (!isGenerated(event) || event.principalId === undefined || !moves(record.facts, id)) return false;
  return events.some(
    (one) => isByHand(one, event, record) && (event.tokenId === undefined || event.tokenId === one.tokenId),
  );
}

/** Whether who gave a name made or moved what it was given to, in the record's run. */
function isByHand(one: SeenEvent, { principalId }: SeenEvent, record: SeenRecord): boolean {
  return BY_HAND.has(one.type) && one.principalId === principalId && isInRun(one, record);
}

function moves({ action, actsOn, deployment, rolledBackTo, target }: RecordLine, id: string): boolean {
  if (action === 'promote' || action === 'rollback') return actsOn === id;
  return action === 'deploy' && (rolledBackTo === id || (deployment?.id === id && target === 'production'));
}

function namesAlias(event: SeenEvent, { events }: Case, record: SeenRecord): boolean {
  const { alias, principalId } = event;
  const { aliases = [] } = record.facts.deployment ?? {};
  if (alias !== undefined) return aliases.some((name) => plain(name) === plain(alias));
  // An event that does not say which name was given can be told by the time and the hand alone.
  return principalId === undefined || events.some((one) => isByHand(one, event, record));
}

function plain(name: string): string {
  return name.replace(/^https?:\/\//, '').toLowerCase();
}

/** A run tells of what happened while it went on, and the token of a keyless one was not there before it was issued. */
function isInRun({ at }: SeenEvent, record: SeenRecord): boolean {
  const { startedAt, signedAt, tokenIssuedAt } = record.facts;
  const from = isKeyless(record) ? Math.max(startedAt, tokenIssuedAt) : startedAt;
  return at >= from - GRACE_MS && at <= signedAt + GRACE_MS;
}
