import type { Clock } from '../platform/types.ts';
import { createRoom } from './upload-room.ts';

/** Enough to fill most lines from the first moment on. */
const FIRST_AT_ONCE = 64;
/** Where more stop to pay: 10,004 files of 8 KiB at 30 ms each take 3.5 s with 128 at once, 2.8 s with 192, 3.0 s with 256. */
export const MOST_AT_ONCE = 192;
/** Added for each round of successes: quickly while nobody complains, carefully where somebody did. */
const STEP = 16;
const STEP_AFTER_REFUSAL = 4;

/** A place among the uploads that are on their way. */
export interface Place {
  readonly bytes: number;
  /** How often the server had refused when it was taken: refusals that were on their way together are one. */
  readonly epoch: number;
}

/** How many uploads go at once: fewer when the server has had enough, more again afterwards. */
export interface Pace {
  /** Waits for a place for a body of `bytes`; rejects with the signal's reason. */
  enter(bytes: number, signal: AbortSignal): Promise<Place>;
  /** Gives the place up, once, whatever came of the upload. */
  leave(place: Place): void;
  succeeded(place: Place): void;
  /** The server wants nothing for `waitMs`: everybody waits, then half as many go at once. */
  refused(place: Place, waitMs: number): void;
  /** Whether a refusal is the first word of it: what was on its way at that time will be refused as well. */
  isNews(place: Place): boolean;
  /** Refusals in a row, with no success between them. */
  fruitless(): number;
  atOnce(): number;
}

export function createPace(clock: Clock): Pace {
  const room = createRoom(FIRST_AT_ONCE);
  let epoch = 0;
  let fruitless = 0;
  let earned = 0;
  const rest = createRest(clock);

  const take = async (bytes: number, signal: AbortSignal): Promise<Place> => {
    for (;;) {
      signal.throwIfAborted();
      if (rest.isOn()) await rest.pause(signal);
      else if (room.take(bytes)) return { bytes, epoch };
      else await room.wait();
    }
  };

  return {
    async enter(bytes, signal) {
      try {
        return await take(bytes, signal);
      } catch (error) {
        // Nobody may be left waiting for a place that is never given up.
        room.wake(Infinity);
        throw error;
      }
    },
    leave: ({ bytes }) => room.give(bytes),
    succeeded(place) {
      if (place.epoch === epoch) fruitless = 0;
      if (++earned < room.limit()) return;
      earned = 0;
      room.resize(Math.min(MOST_AT_ONCE, room.limit() + (epoch === 0 ? STEP : STEP_AFTER_REFUSAL)));
    },
    refused(place, waitMs) {
      rest.ask(waitMs);
      if (place.epoch !== epoch) return;
      epoch += 1;
      fruitless += 1;
      earned = 0;
      room.resize(Math.max(1, Math.floor(room.limit() / 2)));
    },
    isNews: (place) => place.epoch === epoch,
    fruitless: () => fruitless,
    atOnce: () => room.limit(),
  };
}

interface Rest {
  isOn(): boolean;
  /** Nothing goes for `waitMs` from now, or for longer where that was asked for before. */
  ask(waitMs: number): void;
  /** Resolves when it is over, for all who wait; rejects with the signal's reason. */
  pause(signal: AbortSignal): Promise<void>;
}

/** The time in which the server wants nothing. */
function createRest(clock: Clock): Rest {
  let resumeAt = 0;
  let longestMs = 0;
  let pausing: Promise<void> | undefined;

  /** No longer than was asked for, also where the clock is set back meanwhile. */
  const sleep = async (signal: AbortSignal): Promise<void> => {
    const until = resumeAt;
    await clock.sleep(Math.min(until - clock.now(), longestMs), signal);
    if (resumeAt !== until) return;
    resumeAt = 0;
    longestMs = 0;
  };

  return {
    isOn: () => clock.now() < resumeAt,
    ask(waitMs) {
      resumeAt = Math.max(resumeAt, clock.now() + waitMs);
      longestMs = Math.max(longestMs, waitMs);
    },
    pause: (signal) => (pausing ??= sleep(signal).finally(() => (pausing = undefined))),
  };
}
