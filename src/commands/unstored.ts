import { PipeError } from '../errors.ts';
import type { Parcel } from './parcels.ts';
import type { Run } from './run.ts';
import type { Story } from './story.ts';

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

/** The same error, with what a second run of the step would do: many a reader would expect it to store these files. */
export function tellSecondRun(error: unknown, run: Run, story: Story, failure: PipeError | undefined): unknown {
  if (!(error instanceof PipeError)) return error;
  const copy =
    'Put the files that are named here into the store, from the artifacts of this step and under the same names';
  const fix = [
    failure ? undefined : `${tellDone(story)}: do not run the step again for this.`,
    withoutSecondRun(error.fix ?? ''),
    `${copy}: a second run stores only files of its own.`,
    failure ? undefined : foreseeDeployment(run, story),
  ];
  return withParts(error, { fix: fix.filter((part) => part !== undefined && part !== '').join(' ') });
}

/** A run that failed has another box, which says whether to run it again. */
function tellDone({ deployed }: Story): string {
  return deployed?.ending === 'live' ? 'The deployment is live' : 'What this run was to do is done';
}

const AGAIN = String.raw`run (?:the step|it) again[^.:;]*`;
const AGAIN_SENTENCE = new RegExp(String.raw`(?<=^|\. )(?:Then )?${AGAIN}[.;:]\s*`, 'gi');
const AGAIN_CLAUSE = new RegExp(String.raw`[,;:]? (?:and |or )?(?:then )?${AGAIN}`, 'g');

/**
 * The same advice without the second run. Who writes it knows the service and not what has been done: before that a
 * second run is right, and after it makes another deployment in production.
 */
export function withoutSecondRun(fix: string): string {
  return fix.replace(AGAIN_SENTENCE, '').replace(AGAIN_CLAUSE, '').trim();
}

/** Only what is live is taken by a second run. */
function foreseeDeployment({ config }: Run, { signer, deployed, parcels }: Story): string | undefined {
  if (deployed?.ending !== 'live' || deployed.origin.kind !== 'created') return undefined;
  if (config.deploy.force) return 'It makes another deployment, as FORCE says.';
  if (!signer?.binding) return 'It takes this deployment, which it knows by the key that signs.';
  if (!parcels.some(({ kind }) => kind === 'intent')) return 'It takes this deployment, which it knows by its intent.';
  return 'It makes another deployment, as it knows a keyless one by its intent in the store alone.';
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
