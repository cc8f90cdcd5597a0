import { readFileSync } from 'node:fs';

const LOOK_MS = 10;

/**
 * Watches the first process of a container from outside, by the file that podman writes its id into (`--pidfile`).
 * @returns what ends the watch and tells the most memory that the process had, in KiB, as the kernel counts it (`VmHWM`).
 */
export function watchPeak(pidFile: string): () => number {
  let peak = 0;
  const timer = setInterval(() => {
    peak = Math.max(peak, readPeak(pidFile));
  }, LOOK_MS);
  return () => {
    clearInterval(timer);
    return peak;
  };
}

/** 0 where there is no process, or not yet. */
function readPeak(pidFile: string): number {
  try {
    const status = readFileSync(`/proc/${readFileSync(pidFile, 'latin1').trim()}/status`, 'latin1');
    // Until it becomes Node it is runc.
    return /^Name:\s+runc/m.test(status) ? 0 : Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0);
  } catch {
    return 0;
  }
}
