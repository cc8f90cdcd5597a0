import { randomUUID } from 'node:crypto';
import { nodeClock } from './clock.ts';
import { nodeFiles } from './files.ts';
import { createLog, type LogOptions } from './log.ts';
import { nodeMachine } from './machine.ts';
import { createNodeNetwork, type NetworkOptions } from './network.ts';
import { createThreads } from './threads.ts';
import type { Platform } from './types.ts';
import { makeRoom } from './young-heap.ts';

export { nodeFiles } from './files.ts';
export { serveThread, THREAD } from './threads.ts';
export type * from './types.ts';

export interface PlatformOptions extends LogOptions, NetworkOptions {
  /** Absolute path of the script that was started, by which it can be started again. */
  readonly program?: string | undefined;
}

/** The outside world as Node gives it. */
export function createNodePlatform(options: PlatformOptions): Platform {
  const { program } = options;
  const log = createLog(options);
  return {
    network: createNodeNetwork(options),
    clock: nodeClock,
    files: nodeFiles,
    log,
    machine: nodeMachine,
    makeRoom,
    ...(program !== undefined && { threads: createThreads(program, (why) => log.warn(tellLost(why))) }),
    random: { uuid: () => randomUUID(), fraction: () => Math.random() },
  };
}

function tellLost(why: string): string {
  return `A second thread ended early (${why}). Its work is done by the first one: nothing is lost, and it takes longer.`;
}
