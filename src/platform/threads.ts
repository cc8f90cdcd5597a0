import type { Thread, Threads, ThreadWork } from './thread-types.ts';

/** The program's own argument in a second thread. */
export const THREAD = 'thread';
/** A thread looks at small things, each for a moment: more room would only be memory. */
const YOUNG_MIB = 12;

type Done = (answer: string | undefined) => void;

/**
 * Starts the program again, as a thread of this process: without its environment, which holds secrets, and without its
 * arguments.
 * @param program absolute path of the script that was started
 */
export function createThreads(program: string): Threads {
  return {
    cores: process.getBuiltinModule('node:os').availableParallelism(),
    start: (work, task) => startThread(program, { work, task }),
  };
}

function startThread(program: string, workerData: ThreadData): Thread {
  const { Worker } = process.getBuiltinModule('node:worker_threads');
  const worker = new Worker(program, {
    ...{ workerData, argv: [THREAD], execArgv: [], env: {} },
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MIB },
  });
  const waiting: Done[] = [];
  let hasEnded = false;
  const end = (): void => {
    hasEnded = true;
    for (const done of waiting.splice(0)) done(undefined);
  };
  worker.on('message', (answer: string) => waiting.shift()?.(answer));
  // Why it failed is found out where its work is done again.
  worker.on('error', end).on('messageerror', end).on('exit', end);
  return {
    ask: (question) =>
      new Promise((resolve) => {
        if (hasEnded) {
          resolve(undefined);
          return;
        }
        waiting.push(resolve);
        worker.postMessage(question);
      }),
    end: async () => {
      end();
      await worker.terminate();
    },
  };
}

interface ThreadData {
  readonly work: string;
  readonly task: unknown;
}

/**
 * The other end: answers one question after the other, in the order in which they come.
 * @returns false in the process's first thread
 */
export function serveThread(works: Readonly<Record<string, ThreadWork>>): boolean {
  const { parentPort, ...own } = process.getBuiltinModule('node:worker_threads');
  if (!parentPort) return false;
  const { work, task } = own.workerData as ThreadData;
  const answer = works[work]?.(task);
  if (!answer) throw new Error(`a thread has no work ${work}`);
  let last = Promise.resolve();
  parentPort.on('message', (question: string) => {
    last = last.then(async () => parentPort.postMessage(await answer(question)));
  });
  return true;
}
