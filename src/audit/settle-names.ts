import type { DeploymentAsker } from './collect/index.ts';
import type { EventNames } from './name-events.ts';
import { spread } from './spread.ts';

/** From so many on, a list is searched before anything is asked singly. */
const MANY = 100;

/**
 * What the lists and the records leave open of events is asked of Vercel, each deployment once. Before it stays open
 * which project a deployment is of that Vercel does not know any more, the team's list is searched for it. What was asked
 * in vain is missing only where the list has no answer either.
 */
export async function settleNames(
  names: EventNames,
  asker: DeploymentAsker,
  search: () => Promise<void>,
): Promise<void> {
  try {
    if (names.open().length > MANY) await search();
    await spread(names.open(), async (key) => names.settle(key, await asker.tryDeployment(key)));
    if (names.hasOpen() && !asker.hasEnded()) await search();
    for (const reason of names.unanswered()) asker.miss(reason);
  } finally {
    await asker.flush();
  }
}
