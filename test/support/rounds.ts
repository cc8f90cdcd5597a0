import type { Files, Network, SendRequest, SendResponse } from '../../src/platform/types.ts';

/** After so many turns of the event loop without a new request, the program waits for an answer. */
const QUIET_TURNS = 30;
const TURN_MS = 5;

export interface Rounds {
  /** What was asked in each round, as `METHOD path`, in the order of asking. */
  readonly asked: readonly (readonly string[])[];
  readonly network: (network: Network) => Network;
  readonly files: (files: Files) => Partial<Files>;
}

/**
 * Answers come in rounds: none before the program has nothing to do but wait for one, then all at once. So the number
 * of rounds is the number of waits on the network that follow one another, however slow machine and disk are: turns
 * are counted and no time, and a disk that is at work is no rest.
 */
export function answerInRounds(): Rounds {
  const asked: string[][] = [];
  let held: (() => void)[] = [];
  let busy = 0;
  let turns = 0;
  let timer: NodeJS.Timeout | undefined;

  function turn(): void {
    turns = busy > 0 ? 0 : turns + 1;
    if (turns < QUIET_TURNS) {
      timer = setTimeout(turn, TURN_MS);
      return;
    }
    timer = undefined;
    const answers = held;
    held = [];
    answers.forEach((give) => give());
  }

  async function atWork<T>(work: () => Promise<T>): Promise<T> {
    busy += 1;
    try {
      return await work();
    } finally {
      busy -= 1;
    }
  }

  async function send(network: Network, request: SendRequest): Promise<SendResponse> {
    if (held.length === 0 && !timer) {
      asked.push([]);
      timer = setTimeout(turn, TURN_MS);
    }
    asked.at(-1)?.push(`${request.method} ${new URL(request.url).pathname}`);
    turns = 0;
    const response = await atWork(() => network.send(request));
    await new Promise<void>((resolve) => {
      held.push(resolve);
      request.signal?.addEventListener('abort', () => resolve(), { once: true });
    });
    request.signal?.throwIfAborted();
    return response;
  }

  return {
    asked,
    network: (network) => ({ ...network, send: (request) => send(network, request) }),
    files: (files) =>
      Object.fromEntries(
        Object.entries(files).map(([name, work]: [string, (...given: unknown[]) => unknown]) => [
          name,
          (...given: unknown[]) => {
            const done = work(...given);
            return done instanceof Promise ? atWork(() => done) : done;
          },
        ]),
      ),
  };
}
