import type { Memory } from './leaks.ts';
import { fitLine } from './trend.ts';
import type { Breach, Figures } from './types.ts';

/**
 * Bytes a run, over the last half of the series. About 2 KiB of it is by design: a process remembers every secret that it
 * was given, so as to take it out of its log. Another 4 KiB is code that V8 goes on compiling. A leak of the smallest kind,
 * one listener that holds on to the network and the log of its run, adds 30 KiB.
 */
export const MAX_HEAP_SLOPE = 12 * 1024;
/** What the allocator keeps by itself is more, and comes in steps. */
export const MAX_RSS_SLOPE = 64 * 1024;
/** With fewer, the warming up of the engine is all that a line could show. */
const MIN_POINTS = 10;

export interface Growth {
  readonly name: 'HEAP' | 'RSS';
  /** Bytes a run, and how far chance may move it; undefined where there are too few points. */
  readonly slope: number | undefined;
  readonly error: number;
  readonly bound: number;
}

export function growthOf(memory: readonly Memory[]): Growth[] {
  const half = memory.slice(Math.floor(memory.length / 2));
  const fit = (name: Growth['name'], bound: number, of: (one: Memory) => number): Growth => {
    const line = half.length < MIN_POINTS ? undefined : fitLine(half.map((one) => [one.runs, of(one)]));
    return { name, bound, slope: line?.slope, error: line?.error ?? 0 };
  };
  return [fit('HEAP', MAX_HEAP_SLOPE, ({ heap }) => heap), fit('RSS', MAX_RSS_SLOPE, ({ rss }) => rss)];
}

/** Beyond its bound by more than chance. */
export function checkGrowth(growths: readonly Growth[]): Breach[] {
  return growths.flatMap(({ name, slope, error, bound }) =>
    slope !== undefined && slope - 2 * error > bound
      ? [{ invariant: name, words: `${toKib(slope)} a run, more than ${toKib(bound)}` }]
      : [],
  );
}

export interface Tally {
  readonly runs: readonly Figures[];
  readonly classes: ReadonlyMap<string, number>;
  readonly memory: readonly Memory[];
  readonly elapsedMs: number;
}

export function printTable({ runs, classes, memory, elapsedMs }: Tally): string {
  const sum = (of: (one: (typeof runs)[number]) => number): number => runs.reduce((total, one) => total + of(one), 0);
  const durations = runs.map((ran) => ran.elapsedMs).sort((a, b) => a - b);
  const at = (share: number): string => `${(durations[Math.floor((durations.length - 1) * share)] ?? 0).toFixed(0)} ms`;
  const met = runs.flatMap((ran) => ran.faults);
  const [last, first] = [memory.at(-1), memory[0]];
  return [
    line('runs', countAll(runs.map(({ command }) => command))),
    line('ended with', countAll(runs.map(({ status }) => String(status)))),
    line('deployments', String(sum((ran) => ran.made))),
    line('faults met', `${String(met.length)}: ${countAll(met)}`),
    line('', `hung ${String(sum((ran) => ran.hung))}, stopped ${String(sum((ran) => Number(ran.stopped)))}`),
    line('requests', `${String(sum((ran) => ran.requests))}, of them ${String(sum((ran) => ran.retries))} retries`),
    line('a run', `median ${at(0.5)}, 95 % ${at(0.95)}, longest ${at(1)}`),
    line('the audit', [...classes].map(([name, count]) => `${name} ${String(count)}`).join(', ')),
    line('heap, RSS', `${toMib(first?.heap)} → ${toMib(last?.heap)}, ${toMib(first?.rss)} → ${toMib(last?.rss)}`),
    ...growthOf(memory).map(describeGrowth),
    line('took', `${(elapsedMs / 1000).toFixed(1)} s`),
  ].join('\n');
}

function describeGrowth({ name, slope, error, bound }: Growth): string {
  const said =
    slope === undefined
      ? 'not judged: the series is too short'
      : `${toKib(slope)} ± ${toKib(error)} a run over the last half, at most ${toKib(bound)}`;
  return line(`${name} growth`, said);
}

function countAll(names: readonly string[]): string {
  const counts = Map.groupBy(names, (name) => name);
  const sorted = [...counts].map(([name, all]) => [name, all.length] as const).sort((a, b) => b[1] - a[1]);
  return sorted.map(([name, count]) => `${name} ${String(count)}`).join(', ');
}

function line(title: string, text: string): string {
  return `${title.padEnd(14)}${text}`;
}

function toKib(bytes: number): string {
  return `${(bytes / 1024).toFixed(1)} KiB`;
}

function toMib(bytes = 0): string {
  return `${(bytes / 1024 ** 2).toFixed(1)} MiB`;
}
