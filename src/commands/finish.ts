import type { ExitStatus, PipeError } from '../errors.ts';
import { announceEnd } from './announce.ts';
import { writeOutputs } from './outputs.ts';
import { writeOutcome } from './records.ts';
import { reportEnd } from './report.ts';
import type { Run } from './run.ts';
import { closeSigner } from './signers.ts';
import type { Story } from './story.ts';
import { takeBackTokens } from './take-back.ts';

/**
 * The last work of every run, whatever came of it: what it made is taken back, its end is signed and told. Side by side
 * where one needs nothing of the other, because the user waits for all of it.
 * @param silent where there is nothing to record.
 */
export async function finishRun(
  run: Run,
  story: Story,
  failure: PipeError | undefined,
  silent = false,
): Promise<ExitStatus> {
  const revoked = takeBackTokens(run, story);
  // A turn of the event loop, or the request would leave only when signing gives the processor back.
  await run.platform.clock.sleep(0);
  const unstored = silent ? undefined : await writeOutcome(run, story, failure);
  const told = Promise.all([
    announceEnd(run, story, failure ?? unstored),
    writeOutputs(run, story, failure ?? unstored),
  ]);
  await revoked;
  await closeSigner(run, story);
  await told;
  return reportEnd(run, story, failure, unstored);
}
