import { revokeAll } from '../exchange/index.ts';
import type { Run } from './run.ts';
import { closeSigner } from './signers.ts';
import type { Story } from './story.ts';

/** The work is done, and nobody should wait long for what expires by itself. */
const REVOKE_BUDGET_MS = 3000;
/** After a signal everything must be over within five seconds. */
const STOPPED_REVOKE_BUDGET_MS = 1500;

/** Revokes every token that the run has made, also one whose renewal is under way when its work ends. Never throws. */
export async function takeBackTokens(
  { platform, stop }: Pick<Run, 'platform' | 'stop'>,
  { keeper, leases }: Pick<Story, 'keeper' | 'leases'>,
): Promise<void> {
  await keeper?.settled();
  const budget = stop.aborted ? STOPPED_REVOKE_BUDGET_MS : REVOKE_BUDGET_MS;
  await revokeAll(leases, platform.log, platform.clock.timeout(budget));
}

/** The end of what signs nothing any more: the tokens, and what reached the key of a signer. */
export async function takeBackAll(run: Run, story: Story): Promise<void> {
  story.work.abort();
  await Promise.all([takeBackTokens(run, story), closeSigner(run, story)]);
}
