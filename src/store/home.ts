import { PipeError } from '../errors.ts';
import { show } from '../text.ts';
import type { RecordStore } from './types.ts';

/** Letters, digits, `.`, `_` and `-`, as `record/names.ts` makes them: nothing that a path, a header or a form reads. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,254}$/;
/** For an error's own words, where a reply of a few bytes was expected. */
export const MAX_ANSWER_BYTES = 64 * 1024;

/** What a kind of store has of its own. Every method may throw any PipeError, or the signal's reason. */
export interface Home {
  readonly name: string;
  /** Where a name stands, for people. */
  place(name: string): string;
  /** Stores unless the name is taken, by anybody: an earlier attempt of this run, too. */
  send(name: string, bytes: Uint8Array, signal: AbortSignal): Promise<'stored' | 'taken'>;
  /** Undefined where nothing is. */
  fetch(name: string, maxBytes: number, signal: AbortSignal): Promise<Uint8Array | undefined>;
}

/** What all kinds have in common: names, errors, and what a taken name means. */
export function createStore(home: Home): RecordStore {
  return {
    name: home.name,
    async put(name, bytes, signal) {
      await guard(home, `The record ${show(name)} could not be stored`, signal, async () => {
        refuseName(name);
        if ((await home.send(name, bytes, signal)) === 'taken') await expectSame(home, name, bytes, signal);
      });
      return home.place(name);
    },
    read: (name, maxBytes, signal) =>
      guard(home, `The record ${show(name)} could not be read`, signal, async () => {
        refuseName(name);
        const bytes = await home.fetch(name, maxBytes, signal);
        if (bytes && bytes.byteLength > maxBytes) throw tooLarge(bytes.byteLength, maxBytes);
        return bytes;
      }),
  };
}

function refuseName(name: string): void {
  if (NAME.test(name) && !name.includes('..')) return;
  throw new PipeError({
    code: 'RECORD_NOT_STORED',
    message: 'this is no name of a record.',
    got: show(name),
    wanted: 'at most 255 letters, digits, ".", "_" and "-", and no ".."',
  });
}

/**
 * The name was free when the record got it, and a record is signed: what has the same bytes is this record, stored by an
 * attempt whose answer was lost, in this run or one before it. Anything else is somebody else's.
 */
async function expectSame(home: Home, name: string, bytes: Uint8Array, signal: AbortSignal): Promise<void> {
  let there: Uint8Array | undefined;
  try {
    there = await home.fetch(name, bytes.byteLength, signal);
  } catch (error) {
    if (!(error instanceof PipeError)) throw error;
    throw taken(`the name is taken, and what has it could not be compared: ${error.got ?? error.message}`, error.fix);
  }
  if (there && Buffer.compare(there, bytes) === 0) return;
  throw taken(there ? 'other bytes under this name' : 'an answer that the name is taken, and nothing under it');
}

function taken(got: string, fix?: string): PipeError {
  return new PipeError({
    code: 'RECORD_NOT_STORED',
    message: 'its name is taken.',
    got,
    wanted: 'a name that nobody has written: nothing is ever replaced',
    fix: fix ?? 'Find out who else may write there, and keep what stands under the name: it may be evidence.',
  });
}

function tooLarge(got: number, maxBytes: number): PipeError {
  return new PipeError({
    code: 'RECORD_NOT_STORED',
    message: 'it is too large.',
    got: `${String(got)} bytes`,
    wanted: `at most ${String(maxBytes)} bytes`,
  });
}

/** One code for whatever stands between a record and its home: the deployment's own outcome is another matter. */
async function guard<T>({ name }: Home, what: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof PipeError)) throw error;
    const { message, got, wanted, fix, faults } = error;
    throw new PipeError({
      code: 'RECORD_NOT_STORED',
      message: `${what} (${name}): ${message}`,
      ...(got === undefined ? {} : { got }),
      ...(wanted === undefined ? {} : { wanted }),
      ...(fix === undefined ? {} : { fix }),
      faults,
    });
  }
}
