import type { Thread, ThreadAnswer, Threads, ThreadWork } from './thread-types.ts';
import { makeRoom } from './young-heap.ts';

/** The program's own argument in a second thread. */
export const THREAD = 'thread';
/**
 * Of a half of a thread's space for young objects. It begins with that: in a program whose own space does not grow any
 * more (`young-heap.ts`) it would stay at one, and be cleaned four times as often.
 */
const HALF_MIB = 4;
/** V8 counts both halves, and one more. */
const HALVES = 3;

const NONE: Thread = { ask: () => Promise.resolve(undefined), end: () => Promise.resolve() };

type Done = (answer: ThreadAnswer | undefined) => void;

/**
 * Starts the program again, as a thread of this process: without its environment, which holds secrets, and without its
 * arguments.
 * @param program absolute path of the script that was started
 * @param lose is told once of each thread that has not come to its end, and why
 */
export function createThreads(program: string, lose: (why: string) => void): Threads {
  return {
    cores: process.getBuiltinModule('node:os').availableParallelism(),
    start: (work, task) => {
      try {
        return startThread(program, { work, task }, lose);
      } catch (error) {
        // A container may allow no more threads: as if it had ended at once.
        lose(describeFault(error));
        return NONE;
      }
    },
  };
}

function startThread(program: string, workerData: ThreadData, lose: (why: string) => void): Thread {
  const { Worker } = process.getBuiltinModule('node:worker_threads');
  // Looked at where a heap is made: the one of this thread stays as it is.
  process.getBuiltinModule('node:v8').setFlagsFromString(`--min-semi-space-size=${String(HALF_MIB)}`);
  const worker = new Worker(program, {
    ...{ workerData, argv: [THREAD], execArgv: [], env: {} },
    resourceLimits: { maxYoungGenerationSizeMb: HALVES * HALF_MIB },
  });
  const waiting: Done[] = [];
  let hasEnded = false;
  const end = (): void => {
    hasEnded = true;
    for (const done of waiting.splice(0)) done(undefined);
  };
  const fail = (why: string): void => {
    if (!hasEnded) lose(why);
    end();
  };
  worker.on('message', (answer: ThreadAnswer) => waiting.shift()?.(answer));
  // What is wrong with its work is found out where that is done again.
  for (const event of ['error', 'messageerror'] as const) worker.on(event, (error) => fail(describeFault(error)));
  worker.on('exit', (status) => fail(`exit status ${String(status)}`));
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

/** Where memory is what is missing, the code says it best. */
function describeFault(error: unknown): string {
  const { code, message } = (error ?? {}) as { readonly code?: unknown; readonly message?: unknown };
  return [code, message].filter((part) => typeof part === 'string').join(': ');
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
  // What V8 is told holds for every thread: so the same is told to it by all.
  makeRoom();
  const { work, task } = own.workerData as ThreadData;
  const answer = works[work]?.(task);
  if (!answer) throw new Error(`a thread has no work ${work}`);
  let last = Promise.resolve();
  parentPort.on('message', (question: string) => {
    last = last.then(async () => {
      const given = await answer(question);
      parentPort.postMessage(given, typeof given === 'string' ? [] : [given.buffer]);
    });
  });
  return true;
}
