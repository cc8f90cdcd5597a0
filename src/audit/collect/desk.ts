import type { Clock } from '../../platform/types.ts';
import type { Spool } from '../spool/index.ts';
import type { Answer, Asked, KeptAnswer, PopulationState } from '../types.ts';
import { isSettled, type CarriedAnswers } from './carried-answers.ts';
import { createTroubles, type Troubles } from './troubles.ts';

/** Asks each thing once, and keeps what was answered. */
export interface Desk<T> {
  /** @param at the latest moment that the answer is about: what was said long enough after it is not asked again */
  ask(key: string, read: () => Promise<Asked<T>>, at?: number): Promise<Asked<T>>;
  state(name: PopulationState['name']): PopulationState;
  hasEnded(): boolean;
  flush(): Promise<void>;
  /** What was asked and is good for later audits, some at a time. */
  settled(): AsyncGenerator<readonly KeptAnswer[]>;
}

export interface DeskOptions {
  readonly spool: Spool;
  readonly clock: Pick<Clock, 'now'>;
  /** Of the answers in the spool. */
  readonly name: string;
  /** Undefined where no answer is good for later audits. */
  readonly about?: KeptAnswer['about'];
  /** What earlier audits were told. */
  readonly carried?: CarriedAnswers | undefined;
}

interface Given<T> {
  readonly answer: Answer<T>;
  readonly askedAt: number;
}

export async function createDesk<T>({ spool, clock, name, about, carried }: DeskOptions): Promise<Desk<T>> {
  const answers = await spool.answers<Given<T>>(name);
  const troubles: Troubles = createTroubles();
  const used = (): number => (about && carried?.used(about)) ?? 0;
  return {
    ask: async (key, read, at = Infinity) => {
      const earlier = about && (await carried?.find(about, key, at));
      if (earlier) return earlier as Answer<T>;
      const given = await answers.get(key);
      if (given) return given.answer;
      // Not when it was answered: nothing may have happened between that it does not know.
      const askedAt = clock.now();
      return troubles.settle(await troubles.guard(read), (answer) => answers.keep(key, { answer, askedAt }));
    },
    state: (population) => ({
      ...{ name: population, seen: answers.size + used(), missing: troubles.sentences() },
      ...(used() > 0 && { notes: [`${String(used())} as Bitbucket has said to earlier audits.`] }),
    }),
    hasEnded: () => troubles.hasEnded(),
    flush: () => answers.flush(),
    settled: async function* () {
      if (!about) return;
      await answers.flush();
      for await (const some of spool.read<{ readonly key: string; readonly value: Given<T> }>(name)) {
        const kept = some.map(({ value: { key, value } }): KeptAnswer => ({ about, key, ...value }));
        yield kept.filter((one) => isSettled(one) && carried?.isUsed(about, one.key) !== true);
      }
    },
  };
}
