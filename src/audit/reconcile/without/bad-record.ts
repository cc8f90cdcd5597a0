import type { SeenRecord } from '../../types.ts';
import type { Case } from '../case.ts';
import { intentOf } from '../links.ts';
import { bad, lacking, none, sentence, word, type Said } from '../say.ts';
import type { World } from '../types.ts';

/** A file names the deployment, or holds the intent that its `meta` names, and none of these holds. */
export function badRecord(of: Case, world: World): Said {
  const intent = intentOf(of, world);
  const doubted = intent && intent.verdict.state !== 'verified' ? [...of.doubtful, intent] : of.doubtful;
  const refused = doubted.filter(({ verdict }) => verdict.state === 'refused').map(describe);
  const unchecked = doubted.filter(({ verdict }) => verdict.state === 'unchecked').map(describe);
  const [first, ...rest] = [...refused, ...unchecked];
  if (first === undefined) return none('record', 'No file names it.');
  return refused.length > 0 ? bad('record', 'UNVERIFIABLE', [first, ...rest]) : lacking('record', first);
}

function describe({ file, verdict }: SeenRecord): string {
  if (verdict.state === 'verified') return '';
  const what = verdict.state === 'refused' ? 'does not hold' : 'could not be checked';
  return `The record ${word(file)} ${what}: ${verdict.code}: ${sentence(verdict.reason)}`;
}
