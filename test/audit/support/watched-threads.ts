import { threadWorks } from '../../../src/commands/threads.ts';
import { nodeFiles } from '../../../src/platform/files.ts';
import type { ThreadAnswer, Threads } from '../../../src/platform/types.ts';

export interface Watched extends Threads {
  readonly started: string[];
  asked: number;
  ended: number;
  /** Answers that have come. */
  readonly replies: ThreadAnswer[];
}

/** Threads that are none, but for what can be handed to one. @param most after so many answers they have failed */
export function watchThreads(most = Infinity, cores = 2): Watched {
  const works = threadWorks(nodeFiles);
  const watched: Watched = {
    ...{ cores, started: [], asked: 0, ended: 0, replies: [] },
    start: (name, task) => {
      watched.started.push(name);
      const answer = works[name]?.(structuredClone(task));
      if (!answer) throw new Error(`no work ${name}`);
      let last: Promise<unknown> = Promise.resolve();
      return {
        ask: (question) => {
          watched.asked += 1;
          const number = watched.asked;
          const turn = last.then(async () => {
            // An answer takes its time.
            await new Promise((resolve) => setImmediate(resolve));
            if (number > most) return undefined;
            const reply = await answer(question);
            watched.replies.push(reply);
            return reply;
          });
          last = turn;
          return turn;
        },
        end: () => Promise.resolve(void (watched.ended += 1)),
      };
    },
  };
  return watched;
}
