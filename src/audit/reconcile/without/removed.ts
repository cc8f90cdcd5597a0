import type { Case } from '../case.ts';
import { bad, lacking, none, short, word, type Said } from '../say.ts';
import type { World } from '../types.ts';

/** The earlier checkpoint has counted a record of it that is gone now. */
export function removedRecord({ meta, removed }: Case, world: World): Said {
  const gone = [...removed, ...(meta.recordId === undefined ? [] : world.removedOf(meta.recordId))];
  const [first] = gone;
  if (!first) return none('record', 'The earlier checkpoint has no record of it.');
  const reason = `The earlier checkpoint has counted record ${word(first.recordId)} (sha256 ${short(first.digest)}), and no file has that digest now.`;
  const [gap] = world.gaps('records');
  // It may lie where nothing could be read.
  return gap === undefined ? bad('record', 'RECORD_REMOVED', [reason]) : lacking('record', `${reason} ${gap}`);
}
