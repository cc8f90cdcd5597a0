import type { AuditClass } from '../classes.ts';
import type { ChangeKind, SeenEvent } from '../types.ts';
import { gatherCases, type Case } from './case.ts';
import { GRACE_MS } from './say.ts';
import type { Bucket } from './types.ts';

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

/** Vercel gives such names by itself, and anyone may take one: a project's own name of production is one, too. */
const GENERATED = '.vercel.app';
/** Vercel's word for names that it gives: an act of its own that came of a request, and needs not name the token of that. */
const GIVEN = 'aliases-assigned';

export interface Change {
  readonly kind: ChangeKind;
  readonly event: SeenEvent;
  /** Undefined where the event does not say which deployment it is about. */
  readonly of: Case | undefined;
}

/** Every change of a bucket, each once. */
export function changesOf(bucket: Bucket): readonly Change[] {
  const cases = gatherCases(bucket);
  const changes = new Map<string, Change>();
  for (const event of bucket.events) {
    const of = event.deploymentId === undefined ? undefined : cases.get(event.deploymentId);
    const kind = changeOf(event, of);
    if (kind !== undefined && !changes.has(event.id)) changes.set(event.id, { kind, event, of });
  }
  return [...changes.values()];
}

/**
 * What was changed; undefined for an event that is no change of anybody: Vercel's own retention, its own names.
 * @param of what it is about, where that is known: a name may have come with its creation
 */
export function changeOf(event: SeenEvent, of?: Case): ChangeKind | undefined {
  const { type, principalType } = event;
  const kind = KINDS.get(type);
  if (kind === undefined) return undefined;
  // Production moves for nobody by itself: who did that is asked whoever the history names.
  if (kind === 'promotion' || kind === 'rollback') return kind;
  if (principalType === 'system') return undefined;
  return kind === 'alias' && of?.created && isOfBirth(event, of.created, readyAtOf(of)) ? undefined : kind;
}

/** What the list shows no more, its record may know. */
function readyAtOf({ deployment, makers }: Case): number | undefined {
  return deployment ? deployment.readyAt : makers[0]?.facts.deployment?.readyAt;
}

/**
 * Whether a name is one that a deployment got by its creation: by whoever created it, until it was ready. The name alone
 * says nothing: who points production's own at another deployment by hand uses such a name too.
 */
export function isOfBirth(event: SeenEvent, birth: SeenEvent, readyAt: number | undefined): boolean {
  const { type, at, deploymentId, principalId, tokenId } = event;
  if (KINDS.get(type) !== 'alias' || !isGenerated(event) || deploymentId !== birth.deploymentId) return false;
  if (principalId === undefined || principalId !== birth.principalId) return false;
  if (tokenId !== birth.tokenId && !(type === GIVEN && tokenId === undefined)) return false;
  return at >= birth.at - GRACE_MS && at <= Math.max(birth.at, readyAt ?? birth.at) + GRACE_MS;
}

export function isGenerated({ alias }: SeenEvent): boolean {
  return alias?.toLowerCase().endsWith(GENERATED) === true;
}

/** Of those that Vercel may have given, for all that the history says. */
export function isOfNobody(event: SeenEvent): boolean {
  return isGenerated(event) && event.principalId === undefined && event.principalType === undefined;
}
