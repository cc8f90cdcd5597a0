import type { SeenReview } from '../types.ts';
import { asFields } from './fields.ts';
import { toReview } from './review.ts';

/** As many digits of a merge commit's hash as Bitbucket shows. */
export const SHOWN_DIGITS = 12;
const HASH = /^[0-9a-f]{12,40}$/;

/** A commit that a merge has made, as a list tells of it. */
export interface MergedCommit {
  /** Without braces. */
  readonly repositoryUuid: string;
  /** Its first twelve digits or more. */
  readonly hash: string;
  /** Undefined where the list does not tell all of it: then it settles nothing. */
  readonly review?: SeenReview;
}

/** Undefined for one without a merge commit that can be read: no commit is found by it. */
export function toMerged(value: unknown, repositoryUuid: string): MergedCommit | undefined {
  const fields = asFields(value);
  const { hash } = asFields(fields['merge_commit']);
  if (typeof hash !== 'string' || !HASH.test(hash)) return undefined;
  const { id, state, participants } = fields;
  const isWhole = state === 'MERGED' && Number.isSafeInteger(id) && Number(id) > 0 && areTold(participants);
  const review = isWhole ? toReview(fields) : undefined;
  return { repositoryUuid, hash, ...(review && { review }) };
}

/** Lists leave participants out unless they are asked for: nobody named is not nobody who approved. */
function areTold(participants: unknown): boolean {
  return Array.isArray(participants) && participants.every((each) => typeof asFields(each)['approved'] === 'boolean');
}
