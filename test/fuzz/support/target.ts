import fc from 'fast-check';
import { Find, HalfShown, isDamaged, judgeError } from './judge.ts';

/**
 * Processor time of one input, in milliseconds: a busy machine does not count. Under jest, where an error costs many
 * times as much, it says less.
 */
const MAX_CPU_MS = process.env['JEST_WORKER_ID'] === undefined ? 3000 : 15_000;
/** For one input that waits for something which never comes, in milliseconds. */
const MAX_WAIT_MS = 20_000;

/** Code under test, and what it is given. */
export interface Target {
  readonly name: string;
  /** Runs in the test suite; chosen so that each takes a few seconds. */
  readonly runs: number;
  /** @param seen hears the milliseconds of processor time of every input. */
  readonly property: (seen: (cpuMs: number) => void) => fc.IAsyncProperty<[unknown]>;
}

interface Described<Input> {
  readonly name: string;
  readonly runs: number;
  readonly inputs: fc.Arbitrary<Input>;
  /** Gives a value or throws; may throw a {@link Find} of its own where the value is not what it must be. */
  readonly run: (input: Input) => unknown;
  readonly maxCpuMs?: number;
}

/** @returns the target, whose one property is: a value, or an error of ours; in time; and no secret in the error. */
export function defineTarget<Input>(described: Described<Input>): Target {
  const { name, runs, inputs } = described;
  return {
    name,
    runs,
    property: (seen) => fc.asyncProperty<[unknown]>(inputs, (input) => hold(input as Input, described, seen)),
  };
}

async function hold<Input>(
  input: Input,
  { run, maxCpuMs = MAX_CPU_MS }: Described<Input>,
  seen: (cpuMs: number) => void,
): Promise<void> {
  const before = process.cpuUsage();
  try {
    await settle(() => run(input));
  } catch (error) {
    if (!(error instanceof HalfShown && isDamaged(input))) throw error;
  }
  const { user, system } = process.cpuUsage(before);
  const cpuMs = (user + system) / 1000;
  seen(cpuMs);
  if (cpuMs > maxCpuMs) throw new Find(`${String(Math.round(cpuMs))} ms of processor time for one input`);
}

async function settle(run: () => unknown): Promise<void> {
  try {
    const result = run();
    if (result instanceof Promise) await inTime(result);
  } catch (error) {
    if (error instanceof Find) throw error;
    judgeError(error);
  }
}

async function inTime(work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Find(`no end after ${String(MAX_WAIT_MS)} ms`)), MAX_WAIT_MS);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
