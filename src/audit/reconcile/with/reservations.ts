import type { RecordLine } from '../../types.ts';
import { word, type Finding } from '../say.ts';
import type { World } from '../types.ts';
import { tookOver } from './deployment.ts';

/** What keeps a record from explaining anything, whatever agrees with it. */
export function reservations(
  { sandbox, deployment: made }: RecordLine,
  file: string,
  world: World,
): readonly Finding[] {
  const found: Finding[] = [];
  const gap = (reason: string) => found.push({ class: 'NOT_CHECKABLE', reason });
  if (sandbox === true && !world.allowSandbox)
    gap(`The record ${word(file)} is of a trial run (sandbox), which proves no deployment.`);
  if (tookOver(made?.origin) && made?.originRecordId === undefined) {
    gap(`The record says ${String(made?.origin)}, and does not name the record that made the deployment.`);
  }
  return found;
}
