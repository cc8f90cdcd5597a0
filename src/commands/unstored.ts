import { PipeError } from '../errors.ts';
import type { Parcel } from './parcels.ts';

/** A file that the store did not take, and why. */
export interface Unsent {
  readonly parcel: Parcel;
  readonly error: unknown;
}

/** The first error, with every file that is not stored. What is no error of ours stays as it is. */
export function notAllStored(unsent: readonly Unsent[]): unknown {
  const first = unsent[0]?.error;
  if (!(first instanceof PipeError)) return first;
  const names = unsent.map(({ parcel: { name }, error }) => {
    const other = error instanceof PipeError && error.got !== first.got ? error.got : undefined;
    return `not stored: ${name}${other === undefined ? '' : ` (${other})`}`;
  });
  return withParts(first, { faults: [...first.faults, ...names] });
}

function withParts(
  { code, message, got, wanted, fix, faults }: PipeError,
  changed: { readonly faults?: readonly string[]; readonly fix?: string },
): PipeError {
  return new PipeError({
    ...{ code, message, faults },
    ...(got === undefined ? {} : { got }),
    ...(wanted === undefined ? {} : { wanted }),
    ...(fix === undefined ? {} : { fix }),
    ...changed,
  });
}
