import type { Case } from '../case.ts';
import { lacking, none, type Said } from '../say.ts';

/** It may be another project's: then nothing here has to explain it. */
export function unsettledBirth({ deployment, created }: Case): Said {
  const { unsettled } = created ?? {};
  if (deployment || unsettled === undefined) return none('deployment', 'It is known whose it is.');
  return lacking('deployment', unsettled);
}
