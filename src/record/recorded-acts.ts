import type { Action } from '../policy/types.ts';

/** What a record can be about; a cleanup and a pull are allowed by what allows the deploy. */
export type RecordedAction = Exclude<Action, 'audit'> | 'cleanup' | 'pull';

/** An earlier deployment, and the record that its `meta` names. */
export interface ActsOn {
  readonly deploymentId: string;
  readonly recordId?: string;
  readonly digest?: { readonly sha256: string };
}

/** One deployment that a cleanup is about. */
export interface CleanupItem extends Required<ActsOn> {
  /** `note`: nothing is done to it; the record says that its run was interrupted. */
  readonly act: 'cancel' | 'remove' | 'note';
  /** `unfollowed`: still building after the longest time of a run, and whether there is a result is not known. */
  readonly because: 'interrupted' | 'unfollowed' | 'merged' | 'declined';
  readonly pullRequest?: number;
  /** As it was found. */
  readonly readyState: string;
  readonly createdAt?: string;
  /** In a result only. */
  readonly outcome?: CleanupOutcome;
}

/** `changed`: left, because it was another when it was looked at again. `unknown`: the run ended while Vercel was asked. */
export type CleanupOutcome = 'done' | 'gone' | 'changed' | 'failed' | 'unknown' | 'not-reached';

/** What was written into the clone: names, never a value. */
export interface Pulled {
  /** Relative to the clone. */
  readonly files: readonly string[];
  readonly branch?: string;
  /** In a result only. */
  readonly variables?: readonly string[];
}
