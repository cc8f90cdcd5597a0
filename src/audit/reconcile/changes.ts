import type { AuditClass } from '../classes.ts';
import type { ChangeKind, SeenEvent } from '../types.ts';

/** Events that are a change by somebody, beside the creation of a deployment. */
const KINDS: ReadonlyMap<string, ChangeKind> = new Map([
  ['manual-deployment-promotion-created', 'promotion'],
  ['instant-rollback-created', 'rollback'],
  ['alias', 'alias'],
  ['aliases-assigned', 'alias'],
  ['deployment-delete', 'deletion'],
  ['deployment-undeleted', 'undeletion'],
]);

export const UNRECORDED: Readonly<Record<ChangeKind, AuditClass>> = {
  promotion: 'UNRECORDED_PROMOTION',
  rollback: 'UNRECORDED_ROLLBACK',
  alias: 'UNRECORDED_ALIAS',
  deletion: 'UNRECORDED_DELETION',
  undeletion: 'UNRECORDED_DELETION',
};

/** What Vercel gives every deployment by itself. */
const GENERATED = '.vercel.app';

/** What was changed; undefined for an event that is no change of anybody: Vercel's own retention, its own names. */
export function changeOf({ type, principalType, alias }: SeenEvent): ChangeKind | undefined {
  const kind = KINDS.get(type);
  if (kind === undefined) return undefined;
  // Production moves for nobody by itself: who did that is asked whoever the history names.
  if (kind === 'promotion' || kind === 'rollback') return kind;
  if (principalType === 'system') return undefined;
  return kind === 'alias' && alias?.toLowerCase().endsWith(GENERATED) === true ? undefined : kind;
}
