import { PipeError } from '../../errors.ts';
import type { Answer, Asked } from '../types.ts';

type Unknown = { readonly unknown: string };

/** What single questions share: an outage or a used-up rate limit ends them all, and reasons for no answer are counted. */
export interface Troubles {
  /** Asks, unless asking has ended. Faults of the network and the service become `unknown`. */
  guard<T>(ask: () => Promise<T>): Promise<T | Unknown>;
  /** Keeps an answer that is one. */
  settle<T>(answer: Asked<T>, keep: (answer: Answer<T>) => Promise<void>): Promise<Asked<T>>;
  /** Counts a reason for no answer, where nothing is settled by that. */
  count(reason: string): void;
  /** Why there are answers missing, with how many, a sentence each; the most frequent first. */
  sentences(): readonly string[];
  /** Whether it does not ask any more: a later run may. */
  hasEnded(): boolean;
}

const SOFT = ['RATE_LIMITED', 'SERVICE_FAILED', 'NETWORK'];
/** Each was tried several times already: thousands more would take hours. */
const FAULTS_IN_A_ROW = 3;

export function createTroubles(): Troubles {
  const counts = new Map<string, number>();
  const count = (reason: string): void => void counts.set(reason, (counts.get(reason) ?? 0) + 1);
  let faults = 0;
  let ended: Unknown | undefined;
  return {
    guard: async (ask) => {
      if (ended) return ended;
      try {
        const answer = await ask();
        faults = 0;
        return answer;
      } catch (error) {
        if (!(error instanceof PipeError) || !SOFT.includes(error.code)) throw error;
        faults += 1;
        if (error.code === 'RATE_LIMITED' || faults >= FAULTS_IN_A_ROW) {
          ended = { unknown: `${error.message} No more was asked in this run.` };
        }
        return ended ?? { unknown: [error.message, ...(error.got === undefined ? [] : [`${error.got}.`])].join(' ') };
      }
    },
    settle: async (answer, keep) => {
      if ('unknown' in answer) count(answer.unknown);
      else await keep(answer);
      return answer;
    },
    count,
    // In an order of their own: which of two threads has asked first is chance.
    sentences: () =>
      [...counts]
        .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
        .map(([reason, count]) => `${reason} (${count === 1 ? 'once' : `${String(count)} times`})`),
    hasEnded: () => ended !== undefined,
  };
}
