import { readdirSync, readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';

const EVERY_MS = 20;

export interface BusyTime {
  /** Milliseconds; to be called when the process has ended. */
  end(): number;
}

/**
 * How long at least one thread of a process had work: ran, waited for a core, or for a disk. What is left of the time
 * from start to end it waited for others. Looked at from outside, fifty times a second, as the kernel tells it; without
 * `/proc` all of the time counts.
 */
export function watchBusyTime(pid: number, everyMs = EVERY_MS): BusyTime {
  const folder = `/proc/${String(pid)}/task`;
  let [busyMs, last] = [0, performance.now()];
  const look = (): void => {
    const [now, states] = [performance.now(), readStates(folder)];
    if (states === undefined || /[RD]/.test(states)) busyMs += now - last;
    last = now;
  };
  const timer = setInterval(look, everyMs);
  return {
    end: () => {
      clearInterval(timer);
      return busyMs + performance.now() - last;
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
