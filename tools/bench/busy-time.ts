import { readdirSync, readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';

const EVERY_MS = 20;

export interface BusyTime {
  /** To be called when the process has ended. */
  end(): { readonly busyMs: number; readonly lateMs: number };
}

/**
 * How long at least one thread of a process had work: ran, waited for a core, or for a disk. What is left of the time
 * from start to end it waited for others. Looked at from outside, fifty times a second, as the kernel tells it; without
 * `/proc` all of the time counts. `lateMs` is the time by which looks were late: so far the figure may be off.
 */
export function watchBusyTime(pid: number, everyMs = EVERY_MS): BusyTime {
  const folder = `/proc/${String(pid)}/task`;
  let [busyMs, lateMs, last] = [0, 0, performance.now()];
  const pass = (isBusy: boolean): void => {
    const now = performance.now();
    if (isBusy) busyMs += now - last;
    lateMs += Math.max(0, now - last - everyMs);
    last = now;
  };
  const look = (): void => {
    const states = readStates(folder);
    pass(states === undefined || /[RD]/.test(states));
  };
  const timer = setInterval(look, everyMs);
  return {
    end: () => {
      clearInterval(timer);
      pass(true);
      return { busyMs, lateMs };
    },
  };
}

/** A letter for each thread; undefined where the kernel says nothing of the process. */
function readStates(folder: string): string | undefined {
  try {
    return readdirSync(folder)
      .map((thread) => readState(`${folder}/${thread}/stat`))
      .join('');
  } catch {
    return undefined;
  }
}

/** Behind the name of the thread, which stands in brackets and may hold some. */
function readState(path: string): string {
  try {
    const text = readFileSync(path, 'latin1');
    return text.charAt(text.lastIndexOf(')') + 2);
  } catch {
    // It has ended meanwhile.
    return '';
  }
}
