import type { Loose } from '../../fields.ts';
import { bareAddress } from '../address.ts';
import type { AuditClass } from '../classes.ts';
import type { ChangeKind, SeenDeployment, SeenEvent } from '../types.ts';
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

/** A deployment that came about, as far as it is known. */
export type Born = Loose<Pick<Partial<SeenDeployment>, 'readyAt' | 'target' | 'url'>>;

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
  return kind === 'alias' && of?.created && isOfBirth(event, of.created, bornOf(of)) ? undefined : kind;
}

/** What the list shows no more, its birth may know, or else its record. */
function bornOf({ deployment, created, makers }: Case): Born {
  const made = makers[0]?.facts.deployment;
  const { target = made?.target, url = made?.url } = created ?? {};
  return deployment ?? { target, url, readyAt: made?.readyAt };
}

/**
 * Whether a name is one that a deployment got by its creation: by whoever created it, until it was ready. The name alone
 * says nothing: who points production's own at another deployment by hand uses such a name too.
 */
export function isOfBirth(event: SeenEvent, birth: SeenEvent, born: Born): boolean {
  const { type, at, deploymentId, principalId, tokenId } = event;
  if (KINDS.get(type) !== 'alias' || !isGenerated(event) || deploymentId !== birth.deploymentId) return false;
  if (principalId === undefined || principalId !== birth.principalId) return false;
  if (tokenId !== birth.tokenId && !(type === GIVEN && tokenId === undefined)) return false;
  if (type !== GIVEN && !isItsOwn(event, born)) return false;
  return at >= birth.at - GRACE_MS && at <= Math.max(birth.at, born.readyAt ?? birth.at) + GRACE_MS;
}

/**
 * Whether who asked for the name can have moved nothing by it. A step that may deploy previews can give one of them
 * production's own name, at once and by the token that made it: only a row of production judges that.
 */
function isItsOwn({ alias = '' }: SeenEvent, { target, url }: Born): boolean {
  return target === 'production' || (url !== undefined && bareAddress(url) === bareAddress(alias));
}

/** Of Vercel's own names; where Vercel has given names and does not say which, as its SDK has it, all may be. */
export function isGenerated({ type, alias }: SeenEvent): boolean {
  return alias === undefined ? type === GIVEN : alias.toLowerCase().endsWith(GENERATED);
}

/** Of those that Vercel may have given, for all that the history says. */
export function isOfNobody(event: SeenEvent): boolean {
  return isGenerated(event) && event.principalId === undefined && event.principalType === undefined;
}
