import type { ChangeKind, RecordLine, SeenEvent, SeenRecord } from '../types.ts';
import { isKeyless, type Case } from './case.ts';
import { GRACE_MS } from './say.ts';

/** The record that tells of a change: an act of its own before a deploy that did it in passing. */
export function findTeller(
  kind: ChangeKind,
  event: SeenEvent,
  { id }: Case,
  among: readonly SeenRecord[],
): SeenRecord | undefined {
  const fitting = among.filter(
    (record) => tellsOf(kind, event, id, record.facts) && isInRun(event, record) && record.facts.outcome !== 'denied',
  );
  return fitting.find(({ facts }) => facts.action !== 'deploy') ?? fitting[0];
}

function tellsOf(kind: ChangeKind, event: SeenEvent, id: string, facts: RecordLine): boolean {
  const { action, actsOn, deployment, rolledBackTo, removed = [], projectId } = facts;
  if (event.projectId !== undefined && event.projectId !== projectId) return false;
  const deployed = action === 'deploy' && deployment?.id === id;
  switch (kind) {
    case 'promotion':
      return (action === 'promote' && actsOn === id) || deployed;
    case 'rollback':
      // Vercel's history may name what production went to, or what it went from.
      return (action === 'rollback' && actsOn === id) || (action === 'deploy' && rolledBackTo === id) || deployed;
    case 'alias':
      return deployment?.id === id && namesAlias(event.alias, deployment.aliases);
    case 'deletion':
      return action === 'cleanup' && removed.includes(id);
    case 'undeletion':
      return false;
  }
}

function namesAlias(alias: string | undefined, aliases: readonly string[]): boolean {
  // An event that does not say which name was given can be told by the time alone.
  return alias === undefined || aliases.some((name) => plain(name) === plain(alias));
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
