import type { Kept, Progress, Spool } from '../../../src/audit/spool/index.ts';

type ListSpool = Pick<Spool, 'progress' | 'commit' | 'read' | 'index'>;

interface Population extends Progress {
  readonly values: readonly unknown[];
}

/** As much of a spool as a collector of a list has use for, of a folder that is nowhere on the disk. */
export function memorySpool(lines: Readonly<Record<string, readonly unknown[]>>): Spool {
  const populations = new Map<string, Population>();
  const of = (name: string): Population =>
    populations.get(name) ?? { position: undefined, lines: 0, done: false, gaps: [], values: lines[name] ?? [] };
  const read = async function* (name: string): AsyncGenerator<readonly Kept<unknown>[]> {
    await Promise.resolve();
    yield of(name).values.map((value) => ({
      value,
      text: JSON.stringify(value),
      place: { path: name, offset: 0, length: 0 },
    }));
  } as Spool['read'];
  const spool: ListSpool = {
    progress: of,
    commit: (name, values, { position, done = false, gaps = [] }) => {
      const before = of(name);
      const all = [...before.values, ...(JSON.parse(JSON.stringify(values)) as unknown[])];
      populations.set(name, { position, done, gaps: [...before.gaps, ...gaps], lines: all.length, values: all });
      return Promise.resolve([]);
    },
    read,
    index: <T>(name: string, keyOf: (value: T) => string) => {
      const values = new Map((of(name).values as readonly T[]).map((value) => [keyOf(value), value]));
      const get = (key: string): Promise<T | undefined> => Promise.resolve(values.get(key));
      return Promise.resolve({
        size: values.size,
        get data(): never {
          throw new Error('it is in memory');
        },
        get,
        clear: () => values.clear(),
      });
    },
  };
  return spool as Spool;
}
