import { randomUUID } from 'node:crypto';
import { nodeFiles } from '../../src/platform/files.ts';
import type { Clock, Log, LogFields, Network, Platform } from '../../src/platform/types.ts';

export interface MemoryLog extends Log {
  readonly lines: { readonly level: string; readonly message: string; readonly fields: LogFields | undefined }[];
  /** All lines as one text, `level message`. */
  text(): string;
}

export function memoryLog(): MemoryLog {
  const lines: MemoryLog['lines'] = [];
  const write =
    (level: string) =>
    (message: string, fields?: LogFields): void =>
      void lines.push({ level, message, fields });
  return {
    lines,
    text: () => lines.map(({ level, message }) => `${level} ${message}`).join('\n'),
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    done: (stage, message, elapsedMs, fields) =>
      void lines.push({ level: 'done', message: `${stage} ${message}`, fields: { ...fields, stage, elapsedMs } }),
    block: (level, title, rest, fields) => void lines.push({ level, message: [title, ...rest].join('\n'), fields }),
    close: () => Promise.resolve(),
  };
}

export interface TestClock extends Clock {
  /** Every sleep that was asked for, in milliseconds. */
  readonly slept: number[];
  /** Ends every signal that `timeout` gave out. */
  expire(): void;
}

/** Real time, but a sleep is over at once (time moves on by it), and no deadline comes unless a test says so. */
export function testClock(): TestClock {
  const slept: number[] = [];
  const deadlines: AbortController[] = [];
  let skipped = 0;
  return {
    slept,
    now: () => Date.now() + skipped,
    async sleep(ms, signal) {
      signal?.throwIfAborted();
      slept.push(ms);
      skipped += ms;
      // A turn of the event loop, so that what goes on beside the sleeper gets its share.
      await new Promise((resolve) => setTimeout(resolve, 1));
      signal?.throwIfAborted();
    },
    timeout() {
      const controller = new AbortController();
      deadlines.push(controller);
      return controller.signal;
    },
    expire: () => deadlines.forEach((deadline) => deadline.abort(new DOMException('deadline', 'TimeoutError'))),
  };
}

export interface TestPlatform extends Platform {
  readonly log: MemoryLog;
  readonly clock: TestClock;
}

/** The disk as it is; network, clock and log as a test wants them. */
export function testPlatform(network: Network): TestPlatform {
  return {
    network,
    clock: testClock(),
    files: nodeFiles,
    log: memoryLog(),
    random: { uuid: () => randomUUID(), fraction: () => 0 },
  };
}
