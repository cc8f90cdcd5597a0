import type { ClockDifference, Row } from '../types.ts';
import { Distances, type DistancesState } from './distances.ts';

interface Pair {
  readonly of: string;
  readonly against: string;
  /** Both in milliseconds since 1970. */
  readonly read: (row: Row) => readonly [number | undefined, number | undefined];
}

/** What two clocks say of the same moment, or of moments that follow each other at once. */
const PAIRS: readonly Pair[] = [
  {
    of: "the record's deployedAt (the step's clock)",
    against: "Vercel's readyAt",
    read: ({ record, deployment }) => [record?.deployedAt, deployment?.readyAt],
  },
  {
    of: "Vercel's event of the creation",
    against: "Vercel's createdAt",
    read: ({ event, at }) => [event?.at, at],
  },
  {
    of: "the record's startedAt (the step's clock)",
    against: "Bitbucket's creation of the pipeline",
    read: ({ record, build }) => [record?.startedAt, build?.createdAt],
  },
];

export class Clocks {
  readonly #all = PAIRS.map((pair) => ({ pair, distances: new Distances() }));

  /** Of deployments alone: a change has no second clock. */
  add(row: Row): void {
    if (row.kind !== 'deployment') return;
    for (const { pair, distances } of this.#all) {
      const [of, against] = pair.read(row);
      if (of !== undefined && against !== undefined) distances.add(of - against);
    }
  }

  state(): readonly DistancesState[] {
    return this.#all.map(({ distances }) => distances.state());
  }

  join(states: readonly DistancesState[]): void {
    for (const [at, state] of states.entries()) this.#all[at]?.distances.join(state);
  }

  finish(): readonly ClockDifference[] {
    return this.#all.flatMap(({ pair: { of, against }, distances }) => {
      const summary = distances.summary();
      return summary ? [{ of, against, ...summary }] : [];
    });
  }
}
