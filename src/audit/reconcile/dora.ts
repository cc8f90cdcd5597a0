import type { Dora, DoraFigure, Row, Scope } from '../types.ts';
import { Distances, type DistancesState } from './distances.ts';

const DAY_MS = 86_400_000;

/** A moment of a project's production: a good change, a bad one, production moved back, or moved back by the bad one's own run. */
interface Moment {
  readonly at: number;
  readonly kind: 'good' | 'bad' | 'back' | 'mend';
}

/** What was added, as JSON has it. */
export interface DoraState {
  readonly leads: DistancesState;
  readonly verified: number;
  readonly moments: readonly (readonly [projectId: string, moments: readonly Moment[]])[];
}

/** The four figures, by our definitions. Keeps a few bytes for every change of production, and nothing for the rest. */
export class DoraFigures {
  readonly #scope: Scope;
  readonly #leads = new Distances();
  readonly #moments = new Map<string, Moment[]>();
  #verified = 0;

  constructor(scope: Scope) {
    this.#scope = scope;
  }

  add(row: Row): void {
    const kind = momentOf(row);
    if (kind === undefined) return;
    const moments = this.#moments.get(row.projectId);
    const moment = { at: row.at, kind };
    if (moments) moments.push(moment);
    else this.#moments.set(row.projectId, [moment]);
    if (kind !== 'good' || row.class !== 'VERIFIED') return;
    this.#verified += 1;
    const live = row.kind === 'change' ? row.at : row.record?.deployedAt;
    const began = row.build?.createdAt;
    if (live !== undefined && began !== undefined && live >= began) this.#leads.add(live - began);
  }

  state(): DoraState {
    return { leads: this.#leads.state(), verified: this.#verified, moments: [...this.#moments] };
  }

  join({ leads, verified, moments }: DoraState): void {
    this.#leads.join(leads);
    this.#verified += verified;
    for (const [projectId, more] of moments) {
      const known = this.#moments.get(projectId);
      if (known) known.push(...more);
      else this.#moments.set(projectId, [...more]);
    }
  }

  finish(): Dora {
    const { failed, changes, recoveries } = this.#walk();
    const days = (this.#scope.until - this.#scope.since) / DAY_MS;
    return [
      figure('deployment-frequency', 'per day', days > 0 ? this.#verified / days : undefined, this.#verified),
      figure('lead-time', 'ms', this.#leads.median(), this.#leads.pairs),
      figure('change-failure', 'share', changes > 0 ? Math.min(failed / changes, 1) : undefined, changes),
      figure('recovery', 'ms', recoveries.median(), recoveries.pairs),
    ];
  }

  /** Rows come in no order: a project's moments are told in the order of time. */
  #walk(): { failed: number; changes: number; recoveries: Distances } {
    const recoveries = new Distances();
    let failed = 0;
    let changes = 0;
    for (const moments of this.#moments.values()) {
      let badSince: number | undefined;
      let lastChange: number | undefined;
      for (const { at, kind } of moments.sort(byTime)) {
        const isChange = kind === 'good' || kind === 'bad';
        if (kind === 'bad' || kind === 'back') failed += 1;
        if (isChange) changes += 1;
        const since = badSince ?? (kind === 'back' ? lastChange : undefined);
        if (kind === 'bad') badSince ??= at;
        else {
          if (since !== undefined) recoveries.add(at - since);
          badSince = undefined;
        }
        if (isChange) lastChange = at;
      }
    }
    return { failed, changes, recoveries };
  }
}

/** Two of one millisecond come in one order, whoever has counted them. */
function byTime(a: Moment, b: Moment): number {
  return a.at - b.at || (a.kind < b.kind ? -1 : Number(a.kind > b.kind));
}

/** A promotion in the run of a deploy is that deploy; an alias alone is no release. */
function momentOf(row: Row): Moment['kind'] | undefined {
  if (!row.production) return undefined;
  if (row.kind === 'change') {
    if (row.change === 'rollback') return row.record?.action === 'deploy' ? 'mend' : 'back';
    return row.change === 'promotion' && row.record?.action !== 'deploy' ? 'good' : undefined;
  }
  if (row.kind !== 'deployment') return undefined;
  const state = row.deployment?.readyState;
  if (state === 'ERROR') return 'bad';
  if (state !== 'READY') return undefined;
  return row.record?.outcome === 'failed' ? 'bad' : 'good';
}

const WORDS: Readonly<Record<DoraFigure['id'], Pick<DoraFigure, 'title' | 'definition' | 'proxy'>>> = {
  'deployment-frequency': {
    title: 'Deployment frequency',
    definition:
      'Verified deployments to production that ended READY and verified promotions by a record of their own, per day of the period. Rollbacks and aliases are not counted.',
    proxy: false,
  },
  'lead-time': {
    title: 'Lead time',
    definition:
      "Median time from Bitbucket's creation of the pipeline until the change was live (the record's deployedAt, or the event of the promotion). The time that a commit waited before its pipeline is not in it.",
    proxy: false,
  },
  'change-failure': {
    title: 'Change failure (proxy)',
    definition:
      'Deployments to production that ended in ERROR or whose record says failed, and rollbacks, as a share of all deployments to production and promotions. A failure that was mended by a new deployment is not seen.',
    proxy: true,
  },
  recovery: {
    title: 'Recovery (proxy)',
    definition:
      'Median time from a failed deployment to production until the next good one, promotion or rollback; for a rollback without one, from the change before it. When visitors noticed anything is not known.',
    proxy: true,
  },
};

function figure(id: DoraFigure['id'], unit: DoraFigure['unit'], value: number | undefined, from: number): DoraFigure {
  return { id, ...WORDS[id], ...(value === undefined ? {} : { value }), unit, from };
}
