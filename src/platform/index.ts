import { randomUUID } from 'node:crypto';
import { nodeClock } from './clock.ts';
import { nodeFiles } from './files.ts';
import { createLog, type LogOptions } from './log.ts';
import { nodeMachine } from './machine.ts';
import { createNodeNetwork, type NetworkOptions } from './network.ts';
import type { Platform } from './types.ts';
import { makeRoom } from './young-heap.ts';

export type * from './types.ts';

/** The outside world as Node gives it. */
export function createNodePlatform(options: LogOptions & NetworkOptions): Platform {
  return {
    network: createNodeNetwork(options),
    clock: nodeClock,
    files: nodeFiles,
    log: createLog(options),
    machine: nodeMachine,
    makeRoom,
    random: { uuid: () => randomUUID(), fraction: () => Math.random() },
  };
}
