import type { ExitStatus, PipeError } from '../errors.ts';
import { describeEnd } from './end-block.ts';
import { tellFailure } from './failure.ts';
import type { Run } from './run.ts';
import type { Story } from './story.ts';

/** The last lines of the log: what is where; and last what went wrong, since people begin to read at the end. */
export function reportEnd(
  run: Run,
  story: Story,
  failure: PipeError | undefined,
  unstored: PipeError | undefined,
): ExitStatus {
  const { log } = run.platform;
  const { deployed, record, storedAt } = story;
  const end = describeEnd(run, story, failure);
  if (end) log.block('info', end.title, end.lines, end.fields);
  if (unstored) {
    const stands = deployed ? `${deployed.ending === 'live' ? 'LIVE' : 'Deployed'}, ` : '';
    const place = record?.path ?? storedAt;
    const kept = place === undefined ? 'without a record. ' : `record kept at ${place}. `;
    tellFailure(log, unstored, `${stands}${kept}`);
  }
  if (failure) tellFailure(log, failure);
  return failure?.exitStatus ?? unstored?.exitStatus ?? 0;
}
