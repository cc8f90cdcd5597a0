import { nodeFiles } from '../../../src/platform/files.ts';
import type { Files, ThreadAnswer, Threads } from '../../../src/platform/types.ts';

export interface Watched extends Threads {
  readonly started: string[];
  asked: number;
  ended: number;
  /** Answers that have come. */
  readonly replies: ThreadAnswer[];
}

type Work = (task: unknown, files: Files) => (question: string) => Promise<ThreadAnswer>;

/** Threads that are none, but for what can be handed to one. @param most after so many answers it has failed */
export function watchThreads(work: Work, most = Infinity, cores = 2): Watched {
  const watched: Watched = {
    ...{ cores, started: [], asked: 0, ended: 0, replies: [] },
    start: (name, task) => {
      watched.started.push(name);
      const answer = work(structuredClone(task), nodeFiles);
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
