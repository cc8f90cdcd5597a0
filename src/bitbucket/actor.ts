import type { Actor } from '../policy/types.ts';

/** What a person does: pushes, merges, opens a pull request, or presses Run. */
const BY_HAND = ['push', 'manual', 'pullrequest'];

/**
 * Who started a pipeline. Never a guess: a trigger that is not known, or one pipeline started by another, leaves it
 * `unknown`. An agent is what Bitbucket calls an app: an access token or an app's own account. A robot that uses a
 * person's account looks like that person, to Bitbucket and so to us.
 */
export function judgeActor(trigger: string | undefined, creator: 'user' | 'app' | 'other' | undefined): Actor {
  const plain = trigger?.replace(/[-_ ]/g, '');
  if (plain === 'schedule' || plain === 'scheduled') return 'schedule';
  if (plain === undefined || !BY_HAND.includes(plain)) return 'unknown';
  if (creator === 'app') return 'agent';
  return creator === 'user' ? 'human' : 'unknown';
}
