import type { Clock } from '../platform/types.ts';

/** Enough for a signature by a slow service, and for clocks that differ. */
const MARGIN_MS = 60_000;

/** What reaches a key, for so long. */
export interface Ending {
  /** Milliseconds since 1970; undefined where it has no end. */
  readonly expiresAt: number | undefined;
}

export interface Renewing<Session extends Ending> {
  /** A session with some life left: the one there is, or a new one. */
  get(signal: AbortSignal): Promise<Session>;
  /** Takes every session that still lives: what is to be revoked at the end, and once alone. */
  takeLive(): readonly Session[];
}

/**
 * A deployment may take longer than what reaches the key lives, and its result is signed after it. So the session is
 * opened again near its end, by the step's own token, which lives longer. Where that fails the old one is used to its end.
 */
export function renewing<Session extends Ending>(
  first: Session,
  open: (signal: AbortSignal) => Promise<Session>,
  clock: Clock,
): Renewing<Session> {
  let current = { session: first, openedAt: clock.now() };
  const made = [first];
  return {
    async get(signal) {
      if (!isNearEnd(current.session, current.openedAt, clock.now())) return current.session;
      try {
        const session = await open(signal);
        current = { session, openedAt: clock.now() };
        made.push(session);
      } catch (error) {
        if (signal.aborted || !isAlive(current.session, clock.now())) throw error;
      }
      return current.session;
    },
    takeLive: () => made.splice(0).filter((session) => isAlive(session, clock.now())),
  };
}

/** A session that was short from the start is used for half its life. */
function isNearEnd({ expiresAt = Infinity }: Ending, openedAt: number, now: number): boolean {
  return expiresAt - now < Math.min(MARGIN_MS, (expiresAt - openedAt) / 2);
}

function isAlive({ expiresAt = Infinity }: Ending, now: number): boolean {
  return expiresAt > now;
}
