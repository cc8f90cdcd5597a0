import { PipeError } from '../errors.ts';
import type { RecordStore } from '../store/types.ts';
import { boundBy } from './bound.ts';
import { lastWords, openLastingHome } from './homes.ts';
import { stage, type Run } from './run.ts';
import type { Story } from './story.ts';
import { notAllStored, tellSecondRun, type Unsent } from './unstored.ts';

/**
 * The order in which they are sent. What is signed is small and says most; a manifest can have megabytes, and be refused
 * for them. A note names a record, so it comes after all.
 */
const ORDER = ['intent', 'result', 'manifest', 'note'] as const;
/** A store that is down must not keep a deployment waiting. */
const AHEAD_MS = 10_000;

/** A file on its way to the lasting home. */
export interface Parcel {
  readonly kind: (typeof ORDER)[number];
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Has a file wait for the lasting home, where there is one. */
export function queue({ config }: Run, { parcels }: Story, kind: Parcel['kind'], name: string, text: string): void {
  if (config.store) parcels.push({ kind, name, bytes: new TextEncoder().encode(text) });
}

/**
 * Sends what waits, or one kind of it. Each is tried, whatever became of the one before it. What is stored waits no more,
 * so calling again does no harm.
 * @throws the first error, which then names all that is not stored.
 */
export async function sendParcels(run: Run, story: Story, signal: AbortSignal, only?: Parcel['kind']): Promise<void> {
  story.home ??= openLastingHome(run, story);
  const { home } = story;
  const kinds = only === undefined ? ORDER : [only];
  const waiting = kinds.flatMap((wanted) => story.parcels.filter(({ kind }) => kind === wanted));
  if (!home || waiting.length === 0) return;
  const what = only === undefined ? '' : `the ${only} `;
  await stage(
    run,
    'store',
    () => sendEach(home, story, waiting, signal),
    () => `${what}in ${home.name}`,
  );
}

/** What still waits when the run has ended, well or not. An error also says what a second run would do. */
export async function sendAtEnd(run: Run, story: Story, failure: PipeError | undefined): Promise<void> {
  story.home ??= openLastingHome(run, story);
  try {
    await sendParcels(run, story, lastWords(run, story));
  } catch (error) {
    throw tellSecondRun(error, run, story, failure);
  }
}

/**
 * The intent alone, before anything is done, where no grant asks for it: a killed run has no last word, and a keyless
 * one is known again by its intent in the store alone. Best effort, since the end of the run tries again.
 * @throws {PipeError} `VARIABLES_INVALID` for a store that can never be used: nothing has been changed yet.
 */
export async function sendIntentAhead(run: Run, story: Story): Promise<void> {
  const { clock, log } = run.platform;
  story.home ??= openLastingHome(run, story);
  if (!story.home) return;
  const signal = AbortSignal.any([run.signal, boundBy(clock, AHEAD_MS, tooSlow())]);
  try {
    await sendParcels(run, story, signal, 'intent');
  } catch (error) {
    run.signal.throwIfAborted();
    if (!(error instanceof PipeError)) throw error;
    const { message, got = '' } = error;
    log.warn(`The intent is not in the store yet; the end of this run tries again. ${message} ${got}`.trim());
  }
}

async function sendEach(
  home: RecordStore,
  story: Story,
  waiting: readonly Parcel[],
  signal: AbortSignal,
): Promise<void> {
  const { parcels } = story;
  const unsent: Unsent[] = [];
  for (const parcel of waiting) {
    try {
      signal.throwIfAborted();
      // It would say that something is recorded which nobody finds.
      if (parcel.kind === 'note' && unsent[0]) throw unsent[0].error;
      const place = await home.put(parcel.name, parcel.bytes, signal);
      if (parcel.kind === 'result') story.storedAt = place;
      parcels.splice(parcels.indexOf(parcel), 1);
    } catch (error) {
      unsent.push({ parcel, error });
    }
  }
  if (unsent.length > 0) throw notAllStored(unsent);
}

function tooSlow(): PipeError {
  return new PipeError({
    code: 'RECORD_NOT_STORED',
    message: 'The store did not take the intent in time.',
    got: `no answer within ${String(AHEAD_MS / 1000)} s`,
    wanted: 'an answer of RECORD_STORE',
    fix: 'See whether it can be reached from a step.',
  });
}
