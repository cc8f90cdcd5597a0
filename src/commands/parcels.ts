import type { RecordStore } from '../store/types.ts';
import { openLastingHome } from './homes.ts';
import { stage, type Run } from './run.ts';
import type { Story } from './story.ts';
import { notAllStored, type Unsent } from './unstored.ts';

/**
 * The order in which they are sent. What is signed is small and says most; a manifest can have megabytes, and be refused
 * for them. A note names a record, so it comes after all.
 */
const ORDER = ['intent', 'result', 'manifest', 'note'] as const;

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
 * Sends what waits. Each is tried, whatever became of the one before it. What is stored waits no more,
 * so calling again does no harm.
 * @throws the first error, which then names all that is not stored.
 */
export async function sendParcels(run: Run, story: Story, signal: AbortSignal): Promise<void> {
  story.home ??= openLastingHome(run, story);
  const { home } = story;
  const waiting = ORDER.flatMap((wanted) => story.parcels.filter(({ kind }) => kind === wanted));
  if (!home || waiting.length === 0) return;
  await stage(
    run,
    'store',
    () => sendEach(home, story, waiting, signal),
    () => `in ${home.name}`,
  );
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
